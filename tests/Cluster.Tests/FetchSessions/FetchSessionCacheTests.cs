using Platform.Cluster.FetchSessions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.FetchSessions;

/// <summary>Fetch sessions (KIP-227).</summary>
public sealed class FetchSessionCacheTests
{
    private const short Version = 12;
    private readonly FetchSessionCache _cache = new(maxSlots: 2, nextRandom: new Random(1).Next);

    [Fact]
    public void A_request_without_a_session_is_answered_in_full()
    {
        var context = _cache.Begin(Request(sessionId: 0, epoch: -1, "orders"), Version, nowMs: 0);

        var response = _cache.Finish(context, Read(context, highWatermark: 5), nowMs: 0);

        Assert.Equal((0, 1), (response.SessionId, response.Responses.Count));
    }

    [Fact]
    public void An_incremental_fetch_hears_only_of_partitions_that_changed()
    {
        var sessionId = Open("orders", "clicks");

        var context = _cache.Begin(Request(sessionId, epoch: 1), Version, nowMs: 0);
        var response = _cache.Finish(context, Read(context, t => t.Topic == "clicks" ? 9 : 5), nowMs: 0);

        Assert.Equal(2, context.Targets.Count);
        Assert.Equal("clicks", Assert.Single(response.Responses).Topic);
    }

    [Fact]
    public void A_forgotten_partition_is_read_no_more()
    {
        var sessionId = Open("orders", "clicks");
        var request = Request(sessionId, epoch: 1);
        request.ForgottenTopicsData.Add(new() { Topic = "orders", Partitions = [0] });

        var context = _cache.Begin(request, Version, nowMs: 0);

        Assert.Equal("clicks", Assert.Single(context.Targets).Topic);
    }

    [Fact]
    public void A_partition_of_the_request_replaces_what_the_session_knew()
    {
        var sessionId = Open("orders");
        var request = Request(sessionId, epoch: 1, "orders");
        request.Topics[0].Partitions[0].FetchOffset = 42;

        var context = _cache.Begin(request, Version, nowMs: 0);

        Assert.Equal(42, Assert.Single(context.Targets).FetchOffset);
    }

    [Fact]
    public void A_wrong_epoch_is_refused()
    {
        var sessionId = Open("orders");

        var context = _cache.Begin(Request(sessionId, epoch: 2), Version, nowMs: 0);

        Assert.Equal(ErrorCode.InvalidFetchSessionEpoch, context.Error);
    }

    [Fact]
    public void An_unknown_session_is_refused() =>
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, _cache.Begin(Request(77, epoch: 1), Version, nowMs: 0).Error);

    [Fact]
    public void A_session_opened_with_names_refuses_ids() =>
        Assert.Equal(ErrorCode.FetchSessionTopicIdError, _cache.Begin(Request(Open("orders"), epoch: 1), version: 13, nowMs: 0).Error);

    [Fact]
    public void The_final_epoch_closes_the_session()
    {
        var sessionId = Open("orders");

        _cache.Begin(Request(sessionId, epoch: -1, "orders"), Version, nowMs: 0);

        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void Without_a_free_slot_a_client_is_served_without_a_session()
    {
        Open("a");
        Open("b");

        Assert.Equal(0, Open("c"));
    }

    [Fact]
    public void A_session_idle_for_long_gives_its_slot_away()
    {
        Open("a");
        Open("b");

        var late = FetchSessionCache.EvictionMs + 1;
        var context = _cache.Begin(Request(0, epoch: 0, "c"), Version, late);
        var response = _cache.Finish(context, Read(context, highWatermark: 0), late);

        Assert.NotEqual(0, response.SessionId);
        Assert.Equal(2, _cache.Count);
    }

    [Fact]
    public void Partitions_that_were_served_go_to_the_end()
    {
        var sessionId = Open("a", "b");
        var first = _cache.Begin(Request(sessionId, epoch: 1), Version, nowMs: 0);
        _cache.Finish(first, Read(first, _ => 5, t => t.Topic == "a" ? new byte[8] : []), nowMs: 0);

        var second = _cache.Begin(Request(sessionId, epoch: 2), Version, nowMs: 0);

        Assert.Equal(["b", "a"], second.Targets.Select(t => t.Topic));
    }

    private int Open(params string[] topics)
    {
        var context = _cache.Begin(Request(0, epoch: 0, topics), Version, nowMs: 0);
        return _cache.Finish(context, Read(context, highWatermark: 5), nowMs: 0).SessionId;
    }

    private static FetchRequest Request(int sessionId, int epoch, params string[] topics) => new()
    {
        SessionId = sessionId,
        SessionEpoch = epoch,
        Topics = [.. topics.Select(t => new FetchRequest.FetchTopic { Topic = t, Partitions = [new() { Partition = 0 }] })],
    };

    private static List<FetchedPartition> Read(FetchContext context, long highWatermark) => Read(context, _ => highWatermark);

    private static List<FetchedPartition> Read(
        FetchContext context, Func<FetchTarget, long> highWatermark, Func<FetchTarget, byte[]>? records = null) =>
        [.. context.Targets.Select(t => new FetchedPartition(t, new FetchResponse.PartitionData
        {
            PartitionIndex = t.Partition,
            HighWatermark = highWatermark(t),
            LogStartOffset = 0,
            Records = new RecordsData(records?.Invoke(t) ?? []),
        }))];
}
