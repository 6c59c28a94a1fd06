using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Indexes;

public sealed class TimeIndexTests
{
    private const string Path = "/log/00000000000000000100.timeindex";
    private readonly MemoryFileSystem _files = new();

    public TimeIndexTests() => _files.CreateDirectory("/log");

    [Fact]
    public void The_file_holds_timestamp_and_relative_offset_big_endian()
    {
        using var index = Open();

        index.MaybeAppend(0x0102030405060708, 103);
        index.File.WriteOut();

        Assert.Equal("0102030405060708" + "00000003", Convert.ToHexString(_files.ReadAllBytes(Path)));
    }

    [Fact]
    public void Timestamps_that_do_not_grow_are_not_added()
    {
        using var index = Open();

        index.MaybeAppend(1000, 110);
        index.MaybeAppend(1000, 120);
        index.MaybeAppend(900, 130);
        index.MaybeAppend(1001, 140);

        Assert.Equal(2, index.Count);
        Assert.Equal(new TimestampOffset(1001, 140), index.Last);
    }

    [Fact]
    public void Lookup_finds_the_last_entry_with_at_most_the_timestamp()
    {
        using var index = Open();
        index.MaybeAppend(1000, 110);
        index.MaybeAppend(2000, 120);

        Assert.Equal(new TimestampOffset(-1, 100), index.Lookup(999));
        Assert.Equal(new TimestampOffset(1000, 110), index.Lookup(1999));
        Assert.Equal(new TimestampOffset(2000, 120), index.Lookup(long.MaxValue));
    }

    [Fact]
    public void A_reopened_index_knows_its_last_entry()
    {
        var index = Open();
        for (var i = 1; i <= 500; i++)
            index.MaybeAppend(i * 10, 100 + i);
        index.File.Close();

        using var reopened = Open();

        Assert.Equal(new TimestampOffset(5000, 600), reopened.Last);
        Assert.Equal(new TimestampOffset(2500, 350), reopened.Lookup(2505));
        Assert.True(reopened.IsPlausible());
    }

    [Fact]
    public void Truncating_drops_entries_at_or_behind_the_offset()
    {
        using var index = Open();
        for (var i = 1; i <= 200; i++)
            index.MaybeAppend(i * 10, 100 + i);

        index.TruncateTo(150);

        Assert.Equal(new TimestampOffset(490, 149), index.Last);
    }

    [Fact]
    public void A_tail_of_zeros_is_not_plausible()
    {
        _files.WriteAllBytes(Path, Convert.FromHexString("00000000000003E800000001" + "000000000000000000000000"));

        using var index = Open();

        Assert.False(index.IsPlausible());
    }

    private TimeIndex Open() =>
        new(_files, Path, 100, _files.FileExists(Path) ? _files.ReadAllBytes(Path).Length : 0, 10 * 1024 * 1024);
}
