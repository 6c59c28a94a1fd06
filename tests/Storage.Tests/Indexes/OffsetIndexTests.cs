using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Indexes;

public sealed class OffsetIndexTests
{
    private const string Path = "/log/00000000000000000100.index";
    private readonly MemoryFileSystem _files = new();

    public OffsetIndexTests() => _files.CreateDirectory("/log");

    [Fact]
    public void The_file_holds_relative_offset_and_position_as_two_big_endian_integers()
    {
        using var index = Open();

        index.Append(103, 0x0102);
        index.Append(109, 0x01020304);
        index.File.WriteOut();

        Assert.Equal("0000000300000102" + "0000000901020304", Convert.ToHexString(_files.ReadAllBytes(Path)));
    }

    [Fact]
    public void Lookup_finds_the_last_entry_at_or_before_an_offset()
    {
        using var index = Open();
        index.Append(110, 4096);
        index.Append(120, 8192);

        Assert.Equal(new OffsetPosition(100, 0), index.Lookup(109));
        Assert.Equal(new OffsetPosition(110, 4096), index.Lookup(110));
        Assert.Equal(new OffsetPosition(110, 4096), index.Lookup(119));
        Assert.Equal(new OffsetPosition(120, 8192), index.Lookup(5000));
    }

    [Theory, InlineData(10), InlineData(128), InlineData(129), InlineData(1000), InlineData(5000)]
    public void Lookup_agrees_with_a_linear_search_wherever_entries_lie(int entries)
    {
        using var index = Open();
        for (var i = 0; i < entries; i++)
            index.Append(100 + 3 * i + 3, 100 * (i + 1));

        for (var offset = 100; offset < 100 + 3 * entries + 5; offset++)
        {
            var expected = Math.Min((offset - 100) / 3, entries);
            Assert.Equal(100 * expected, index.Lookup(offset).Position);
        }
    }

    [Fact]
    public void A_reopened_index_answers_like_before_it_was_closed()
    {
        var index = Open();
        for (var i = 1; i <= 300; i++)
            index.Append(100 + i, i * 10);
        index.File.Close();

        using var reopened = Open();

        Assert.Equal(300, reopened.Count);
        Assert.Equal(new OffsetPosition(250, 1500), reopened.Lookup(250));
        Assert.True(reopened.IsPlausible(logSize: 3001));
    }

    [Fact]
    public void Truncating_drops_entries_at_or_behind_the_offset_in_file_and_memory()
    {
        using var index = Open();
        for (var i = 1; i <= 300; i++)
            index.Append(100 + i, i * 10);

        index.TruncateTo(350);
        index.Append(360, 9999);
        index.File.WriteOut();

        Assert.Equal(250, index.Count);
        Assert.Equal(new OffsetPosition(349, 2490), index.Lookup(359));
        Assert.Equal(new OffsetPosition(360, 9999), index.Lookup(360));
        Assert.Equal(250 * OffsetIndex.EntrySize, _files.ReadAllBytes(Path).Length);
    }

    [Theory]
    [InlineData("00000001000000", "a length that is no multiple of 8")]
    [InlineData("000000010000000A0000000000000000", "a tail of zeros that a crash left")]
    [InlineData("00000001000F0000", "a position behind the end of the log")]
    [InlineData("00000005000000100000000400000020", "offsets that go back")]
    public void A_damaged_index_is_not_plausible(string content, string what)
    {
        _files.WriteAllBytes(Path, Convert.FromHexString(content));

        using var index = Open();

        Assert.False(index.IsPlausible(logSize: 1000), what);
    }

    [Fact]
    public void An_index_that_is_never_used_opens_no_file()
    {
        _files.WriteAllBytes(Path, new byte[8]);
        _files.Operations.Clear();

        using var index = Open();

        Assert.Equal(1, index.Count);
        Assert.Empty(_files.Operations);
    }

    [Fact]
    public void An_index_is_full_when_its_limit_in_bytes_is_reached()
    {
        using var index = Open(maxBytes: 16);
        index.Append(101, 1);
        Assert.False(index.IsFull);

        index.Append(102, 2);

        Assert.True(index.IsFull);
    }

    private OffsetIndex Open(int maxBytes = 10 * 1024 * 1024) =>
        new(_files, Path, 100, _files.FileExists(Path) ? _files.ReadAllBytes(Path).Length : 0, maxBytes);
}
