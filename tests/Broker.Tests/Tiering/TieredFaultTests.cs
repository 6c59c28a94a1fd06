using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tests.Tiering;

/// <summary>Goal: whatever remote storage or the broker does, nothing is lost, nothing is deleted locally that is not
/// remote, and nothing is left behind. Method: a store that fails or stands still where it is told, and brokers that are
/// killed there.</summary>
public sealed class TieredFaultTests
{
    private const int Count = 300;

    [Fact]
    public async Task While_remote_storage_fails_nothing_is_deleted_locally_and_afterwards_all_is_copied()
    {
        var fails = true;
        var storage = new TestRemoteStorage
        {
            BeforeCopy = _ => Volatile.Read(ref fails)
                ? throw new RemoteStorageException("remote storage is away") : Task.CompletedTask,
        };
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await TieredTopic.WhenAsync(() => Task.FromResult(storage.Copies > 5), "several copies were tried");

        var log = (await topic.LeaderLogAsync())!;
        Assert.Equal((0L, 0L, -1L), (log.LocalLogStartOffset, log.LogStartOffset, log.HighestOffsetInRemoteStorage));
        Assert.Equal(Enumerable.Range(0, Count), await topic.ReadAsync(Count));
        Volatile.Write(ref fails, false);
        await topic.WhenTieredAsync();

        Assert.Equal(Enumerable.Range(0, Count), await topic.ReadAsync(Count));
        AssertDense(storage.Segments);
    }

    [Fact]
    public async Task A_copy_that_fails_after_it_was_made_leaves_nothing_behind()
    {
        var failures = 5;
        var storage = new TestRemoteStorage
        {
            AfterCopy = _ => Interlocked.Decrement(ref failures) >= 0
                ? throw new RemoteStorageException("the answer was lost") : Task.CompletedTask,
        };
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);

        await topic.WhenTieredAsync();

        Assert.Equal(Enumerable.Range(0, Count), await topic.ReadAsync(Count));
        AssertDense(storage.Segments);
    }

    [Theory]
    [InlineData("copy started")]
    [InlineData("copied, not recorded")]
    [InlineData("delete started")]
    public async Task A_broker_that_is_killed_in_the_middle_goes_on_where_it_was(string state)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var storage = new TestRemoteStorage();
        Func<RemoteLogSegmentMetadata, Task> stand = metadata =>
        {
            if (metadata.StartOffset == 0)
                return Task.CompletedTask;
            reached.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        if (state == "copy started")
            storage.BeforeCopy = stand;
        else if (state == "copied, not recorded")
            storage.AfterCopy = stand;
        else
            storage.BeforeDelete = stand;
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        if (state == "delete started")
        {
            await topic.WhenTieredAsync();
            await SetAsync(cluster, topic, "retention.bytes", "3000");
        }
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var killing = cluster.KillAsync(1);

        storage.BeforeCopy = storage.AfterCopy = storage.BeforeDelete = static _ => Task.CompletedTask;
        await killing;
        await cluster.StartAsync(1);
        await topic.WhenTieredAsync();

        var start = (int)(await topic.OffsetAsync(OffsetSpec.Earliest)).Offset;
        Assert.Equal(state == "delete started", start > 0);
        Assert.Equal(Enumerable.Range(start, Count - start), await topic.ReadAsync(Count - start, start));
        await TieredTopic.WhenAsync(() => Task.FromResult(IsDense(storage.Segments, start)), "nothing is left behind");
    }

    [Fact]
    public async Task A_restart_keeps_what_is_remote_only()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        var remote = storage.Segments.Count;

        await cluster.StopAsync(1);
        await cluster.StartAsync(1);
        var afterStop = await topic.ReadAsync(Count);
        await cluster.KillAsync(1);
        await cluster.StartAsync(1);
        var afterKill = await topic.ReadAsync(Count);

        Assert.Equal(Enumerable.Range(0, Count), afterStop);
        Assert.Equal(Enumerable.Range(0, Count), afterKill);
        Assert.Equal(remote, storage.Segments.Count);
    }

    private static async Task SetAsync(TestCluster cluster, TieredTopic topic, string name, string value)
    {
        await using var admin = cluster.Admin();
        var results = await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
        {
            [ConfigResource.Topic(topic.Partition.Topic)] = [AlterConfig.Set(name, value)],
        });
        Assert.All(results, result => Assert.Equal(ErrorCode.None, result.Error));
    }

    private static void AssertDense(IReadOnlyList<RemoteLogSegmentMetadata> segments) =>
        Assert.True(IsDense(segments, 0), string.Join(", ", segments.Select(s => $"{s.StartOffset}-{s.EndOffset}")));

    // Every offset once: no copy was left behind, and none is missing.
    private static bool IsDense(IReadOnlyList<RemoteLogSegmentMetadata> segments, int start)
    {
        long next = start;
        foreach (var segment in segments)
        {
            if (segment.StartOffset != next)
                return false;
            next = segment.EndOffset + 1;
        }
        return next > start;
    }
}
