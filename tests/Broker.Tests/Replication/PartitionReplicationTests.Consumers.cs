using Platform.Broker.Replication;
using Platform.Cluster.FetchSessions;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Tests.Replication;

/// <content>Consumers that read from followers (KIP-392). Each broker is a rack of its own.</content>
public sealed partial class PartitionReplicationTests
{
    [Fact]
    public void A_consumer_in_the_rack_of_a_follower_that_holds_the_records_is_sent_there()
    {
        Append("a");
        Copy();
        Copy();

        var answer = Consume(_one, offset: 0, rack: "rack-2");

        Assert.Equal((ErrorCode.None, 2, 1), (answer.ErrorCode, answer.PreferredReadReplica, answer.HighWatermark));
        Assert.Equal(0, answer.Records.SizeInBytes);
    }

    [Theory]
    [InlineData("rack-1")]
    [InlineData("rack-3")]
    [InlineData("")]
    [InlineData(null)]
    public void A_consumer_that_is_not_better_off_elsewhere_reads_from_the_leader(string? rack)
    {
        Append("a");
        Copy();
        Copy();

        var answer = Consume(_one, offset: 0, rack);

        Assert.Equal(-1, answer.PreferredReadReplica);
        Assert.Equal(["a"], Values(answer));
    }

    [Fact]
    public void A_follower_that_lacks_the_offset_or_is_out_of_sync_is_not_recommended()
    {
        Append("a");
        Copy();
        Assert.Equal(-1, Consume(_one, offset: 1, rack: "rack-2").PreferredReadReplica);

        Copy();
        Lead(_one, epoch: 6, isr: [1]);
        Assert.Equal(-1, Consume(_one, offset: 1, rack: "rack-2").PreferredReadReplica);
    }

    [Fact]
    public void A_follower_serves_what_is_replicated_to_those_who_know_how_to_ask_it()
    {
        Append("a");
        Copy();
        Append("b");
        Copy();

        Assert.Equal(["a"], Values(Consume(_two, offset: 0, rack: "")));
        Assert.Equal(ErrorCode.NotLeaderOrFollower, Consume(_two, offset: 0, rack: null).ErrorCode);
        Assert.Equal(ErrorCode.FencedLeaderEpoch, Consume(_two, offset: 0, rack: "", leaderEpoch: 4).ErrorCode);
    }

    [Fact]
    public void A_follower_without_a_leader_does_not_serve()
    {
        _two.Follow(Id, LogConfig.Default, leaderId: -1, leaderEpoch: 6);

        Assert.Equal(ErrorCode.NotLeaderOrFollower, Consume(_two, offset: 0, rack: "").ErrorCode);
    }

    [Fact]
    public async Task A_consumer_that_waits_at_a_follower_is_answered_when_the_high_watermark_arrives_there()
    {
        var waiting = _two.ReadAsync([Target(0)], ConsumerParams("rack-2") with { MaxWaitMs = Forever }).AsTask();
        Append("a");

        Copy();
        var early = waiting.IsCompleted;
        Copy();

        Assert.False(early);
        Assert.Equal(["a"], Values((await waiting.WaitAsync(Patience))[0].Data));
    }

    private static FetchResponse.PartitionData Consume(ReplicaManager broker, long offset, string? rack, int leaderEpoch = -1) =>
        broker.Read([Target(offset) with { CurrentLeaderEpoch = leaderEpoch }], ConsumerParams(rack))[0].Data;

    private static FetchParams ConsumerParams(string? rack) =>
        new(FetchIsolation.HighWatermark, 1, 1 << 20, MaxWaitMs: 0, ClientRack: rack);
}
