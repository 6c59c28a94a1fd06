using Platform.Cluster.FetchSessions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.FetchSessions;

/// <summary>Both sides of a follower's session, against each other (KIP-227).</summary>
public sealed class FollowerFetchSessionTests
{
    private const short Version = 18;
    private static readonly Uuid Topic = new(1, 1);
    private readonly FetchSessionCache _leader = new(maxSlots: 1, nextRandom: new Random(1).Next);
    private readonly FollowerFetchSession _follower = new();

    [Fact]
    public void The_first_request_names_everything_and_later_ones_only_what_moved()
    {
        var first = Exchange(Target(0, offset: 0), Target(1, offset: 0));
        var second = Exchange(Target(0, offset: 5), Target(1, offset: 0));

        Assert.Equal([0, 1], Named(first.Request));
        Assert.Equal([0], Named(second.Request));
        Assert.Equal([5, 0], second.Read.Select(target => target.FetchOffset));
    }

    [Fact]
    public void A_partition_that_is_given_up_is_read_no_more()
    {
        Exchange(Target(0, 0), Target(1, 0));

        var next = Exchange(Target(1, 0));

        Assert.Empty(Named(next.Request));
        Assert.Equal([0], Assert.Single(next.Request.ForgottenTopicsData).Partitions);
        Assert.Equal(1, Assert.Single(next.Read).Partition);
    }

    [Fact]
    public void A_leader_that_forgot_the_session_is_told_everything_again()
    {
        Exchange(Target(0, 0), Target(1, 0));

        var isKnown = _follower.OnResponse(new FetchResponse { ErrorCode = ErrorCode.FetchSessionIdNotFound });
        var again = Exchange(Target(0, 0), Target(1, 0));

        Assert.False(isKnown);
        Assert.Equal([0, 1], Named(again.Request));
    }

    [Fact]
    public void Without_a_slot_at_the_leader_every_request_names_everything()
    {
        for (var i = 0; i < 2; i++)
        {
            var request = new FetchRequest();
            _follower.Fill(request, [Target(0, 0)]);
            _follower.OnResponse(new FetchResponse { SessionId = 0 });

            Assert.Equal((0, 0), (request.SessionId, request.SessionEpoch));
            Assert.Equal([0], Named(request));
        }
    }

    [Fact]
    public void A_follower_takes_the_slot_of_a_consumer_and_not_the_other_way_round()
    {
        var consumer = _leader.Finish(_leader.Begin(Full(replicaId: -1), Version, 0), [], 0).SessionId;
        var follower = _leader.Finish(_leader.Begin(Full(replicaId: 2), Version, 0), [], 0).SessionId;
        var later = _leader.Finish(_leader.Begin(Full(replicaId: -1), Version, 0), [], 0).SessionId;

        Assert.True(consumer > 0 && follower > 0);
        Assert.Equal((0, 1), (later, _leader.Count));
    }

    private (FetchRequest Request, IReadOnlyList<FetchTarget> Read) Exchange(params FetchTarget[] wanted)
    {
        var request = Full(replicaId: 2);
        _follower.Fill(request, wanted);
        var context = _leader.Begin(request, Version, nowMs: 0);
        Assert.Equal(ErrorCode.None, context.Error);
        var read = context.Targets.Select(target => new FetchedPartition(
            target, new FetchResponse.PartitionData { PartitionIndex = target.Partition })).ToList();
        Assert.True(_follower.OnResponse(_leader.Finish(context, read, nowMs: 0)));
        return (request, context.Targets);
    }

    private static FetchRequest Full(int replicaId) =>
        new() { SessionEpoch = 0, ReplicaState = new() { ReplicaId = replicaId } };

    private static FetchTarget Target(int partition, long offset) => new("", Topic, partition, offset, 1000, 0, 0, 0);

    private static IEnumerable<int> Named(FetchRequest request) =>
        request.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.Partition);
}
