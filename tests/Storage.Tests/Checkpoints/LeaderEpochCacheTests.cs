using System.Text;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Checkpoints;

public sealed class LeaderEpochCacheTests
{
    private readonly MemoryFileSystem _files = new();

    public LeaderEpochCacheTests() => _files.CreateDirectory("/t-0");

    [Fact]
    public void The_file_holds_an_epoch_and_its_first_offset_per_line()
    {
        var cache = Cache((2, 0), (5, 100));

        cache.Write(flush: true);

        Assert.Equal(
            "0\n2\n2 0\n5 100\n", Encoding.UTF8.GetString(_files.ReadAllBytes("/t-0/leader-epoch-checkpoint")));
        var reloaded = new LeaderEpochCache(_files, "/t-0");
        reloaded.Load();
        Assert.Equal(cache.Entries, reloaded.Entries);
    }

    [Theory]
    [InlineData(5, 5, 300)]     // the newest ends at the end of the log
    [InlineData(3, 2, 100)]     // between two: the older one, up to the newer
    [InlineData(1, 1, 10)]      // older than all: it ended where the first begins
    [InlineData(6, -1, -1)]     // newer than all
    [InlineData(-1, -1, -1)]
    public void An_epoch_ends_where_the_next_begins(int asked, int epoch, long endOffset)
    {
        var cache = Cache((2, 10), (5, 100));

        Assert.Equal((epoch, endOffset), cache.EndOffsetFor(asked, logEndOffset: 300));
    }

    [Fact]
    public void A_new_epoch_replaces_those_that_contradict_it()
    {
        var cache = Cache((1, 0), (2, 100), (3, 200));

        cache.Assign(4, 150);

        Assert.Equal([new(1, 0), new(2, 100), new(4, 150)], cache.Entries);
    }

    [Fact]
    public void An_epoch_keeps_its_first_offset_when_more_is_written_in_it()
    {
        var cache = Cache((1, 0), (2, 100));

        cache.Assign(2, 150);

        Assert.Equal(new EpochEntry(2, 100), cache.Entries[^1]);
    }

    [Fact]
    public void Cutting_the_log_at_its_ends_cuts_the_epochs()
    {
        var cache = Cache((1, 0), (2, 100), (3, 200));

        cache.TruncateFromEnd(200);
        cache.TruncateFromStart(150);

        Assert.Equal([new EpochEntry(2, 150)], cache.Entries);
        Assert.Equal(2, cache.EpochForOffset(160));
        Assert.Null(cache.EpochForOffset(149));
    }

    private LeaderEpochCache Cache(params (int Epoch, long StartOffset)[] entries)
    {
        var cache = new LeaderEpochCache(_files, "/t-0");
        foreach (var (epoch, startOffset) in entries)
            cache.Assign(epoch, startOffset);
        return cache;
    }
}
