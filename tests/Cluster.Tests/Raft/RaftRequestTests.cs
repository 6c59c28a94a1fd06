using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Raft;

/// <summary>What a voter answers to requests that are wrong, stale, or meant for another.</summary>
public sealed class RaftRequestTests
{
    private readonly RaftNode _node = new(new RaftNodeOptions
    {
        ClusterId = "here",
        Local = new ReplicaKey(1, new Uuid(1, 1)),
        Voters = VoterSet.Parse(["1@a:1", "2@b:2", "3@c:3"]),
        Log = new RaftLogFacts(default, 10, [new(5, 0)]),
        State = new QuorumState(5, 2, null),
        Random = new Random(1),
    });

    [Fact]
    public void A_vote_for_another_cluster_is_refused() =>
        Assert.Equal(ErrorCode.InconsistentClusterId, ((VoteResponse)Ask(With(Vote(6), "there"))).ErrorCode);

    [Fact]
    public void A_vote_in_an_old_epoch_is_told_the_leader()
    {
        var answer = AskForVote(Vote(4, lastEpoch: 3));

        Assert.Equal((ErrorCode.FencedLeaderEpoch, 2, 5), (answer.ErrorCode, answer.LeaderId, answer.LeaderEpoch));
    }

    [Fact]
    public void A_vote_meant_for_a_disk_that_is_gone_is_refused()
    {
        var vote = Vote(6);
        vote.VoterId = 1;
        vote.Topics[0].Partitions[0].VoterDirectoryId = new Uuid(9, 9);

        Assert.Equal(ErrorCode.InvalidVoterKey, AskForVote(vote).ErrorCode);
    }

    [Fact]
    public void A_candidate_that_is_no_voter_is_refused() =>
        Assert.Equal(ErrorCode.InconsistentVoterSet, AskForVote(Vote(6, candidate: 9)).ErrorCode);

    [Fact]
    public void A_vote_in_an_epoch_that_already_has_records_makes_no_sense() =>
        Assert.Equal(ErrorCode.InvalidRequest, AskForVote(Vote(6, lastEpoch: 6)).ErrorCode);

    [Fact]
    public void A_candidate_with_a_shorter_log_gets_no_vote_but_its_epoch_is_taken_over()
    {
        var answer = AskForVote(Vote(6, lastEpoch: 5, lastOffset: 9));

        Assert.False(answer.VoteGranted);
        Assert.Equal(6, _node.Leader.Epoch);
    }

    [Fact]
    public void A_vote_is_given_once_in_an_epoch_and_again_to_the_same_candidate()
    {
        Assert.True(AskForVote(Vote(6, candidate: 3)).VoteGranted);
        Assert.False(AskForVote(Vote(6, candidate: 2)).VoteGranted);
        Assert.True(AskForVote(Vote(6, candidate: 3)).VoteGranted);
    }

    [Fact]
    public void The_vote_is_saved_before_it_is_sent()
    {
        var outputs = _node.Step(new RaftInput.Request(1, Vote(6, candidate: 3)), nowMs: 0);

        var save = outputs.TakeWhile(output =>
            output is not RaftOutput.Reply).OfType<RaftOutput.SaveQuorumState>().Single();
        Assert.Equal(new QuorumState(6, null, ReplicaKey.Of(3)), save.State);
    }

    [Fact]
    public void A_pre_vote_changes_nothing()
    {
        AskForVote(Vote(5, lastEpoch: 5, preVote: true));

        Assert.Equal(new QuorumState(5, 2, null), _node.State);
    }

    [Fact]
    public void Only_the_leader_answers_fetches_and_others_name_it()
    {
        var request = new FetchRequest { MaxWaitMs = 500 };
        request.Topics.Add(new() { TopicId = Uuid.MetadataTopic, Partitions = { new() { CurrentLeaderEpoch = 5 } } });

        var partition = ((FetchResponse)Ask(request)).Responses[0].Partitions[0];

        Assert.Equal(ErrorCode.NotLeaderOrFollower, partition.ErrorCode);
        Assert.Equal((2, 5), (partition.CurrentLeader.LeaderId, partition.CurrentLeader.LeaderEpoch));
    }

    [Fact]
    public void A_second_leader_of_an_epoch_is_not_believed()
    {
        var request = new BeginQuorumEpochRequest();
        request.Topics.Add(new() { TopicName = "__cluster_metadata",
            Partitions = { new() { LeaderId = 3, LeaderEpoch = 5 } } });

        var answer = ((BeginQuorumEpochResponse)Ask(request)).Topics[0].Partitions[0];

        Assert.Equal((ErrorCode.InvalidRequest, 2), (answer.ErrorCode, answer.LeaderId));
    }

    [Fact]
    public void Requests_for_another_partition_are_invalid()
    {
        Assert.Equal(ErrorCode.InvalidRequest, ((VoteResponse)Ask(new VoteRequest())).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, ((FetchResponse)Ask(new FetchRequest())).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, ((DescribeQuorumResponse)Ask(new DescribeQuorumRequest())).ErrorCode);
    }

    private static VoteRequest Vote(int epoch, int candidate = 3, int lastEpoch = 5, long lastOffset = 10,
        bool preVote = false)
    {
        var request = new VoteRequest();
        request.Topics.Add(new() { TopicName = "__cluster_metadata" });
        request.Topics[0].Partitions.Add(new()
        {
            ReplicaEpoch = epoch,
            ReplicaId = candidate,
            LastOffsetEpoch = lastEpoch,
            LastOffset = lastOffset,
            PreVote = preVote,
        });
        return request;
    }

    private static VoteRequest With(VoteRequest vote, string clusterId)
    {
        vote.ClusterId = clusterId;
        return vote;
    }

    private VoteResponse.PartitionData AskForVote(VoteRequest vote) =>
        ((VoteResponse)Ask(vote)).Topics[0].Partitions[0];

    private IResponse Ask(IRequest request) =>
        _node.Step(new RaftInput.Request(1, request), nowMs: 0).OfType<RaftOutput.Reply>().Single().Message;
}
