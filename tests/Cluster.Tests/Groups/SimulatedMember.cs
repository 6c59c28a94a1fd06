using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

/// <summary>A consumer: joins, syncs, sends heartbeats, and follows the errors that it gets.</summary>
internal sealed class SimulatedMember(string? instanceId)
{
    private long? _join;
    private long? _sync;

    public string? InstanceId { get; } = instanceId;

    public string MemberId { get; private set; } = "";

    public int Generation { get; private set; } = -1;

    /// <summary>The share of the current generation, or null while there is none.</summary>
    public int? Share { get; private set; }

    public bool IsWaiting => _join is not null || _sync is not null;

    /// <summary>Join answers seen, for the invariants.</summary>
    public List<JoinGroupResponse> Joins { get; } = [];

    /// <summary>The process dies; nothing that waits is read any more, and nothing is known after a restart.</summary>
    public void Crash() => Forget(keepId: false);

    /// <summary>The connection is lost or the coordinator moved: nothing in flight will be answered.</summary>
    public void Disconnect()
    {
        _join = null;
        _sync = null;
    }

    public void Leave(GroupTester tester)
    {
        if (MemberId.Length > 0)
            tester.Call(GroupRequests.Leave((MemberId, InstanceId)), 5);
        Forget(keepId: false);
    }

    /// <summary>Does the next thing that a client would do.</summary>
    public void Step(GroupTester tester)
    {
        if (_join is { } join)
            OnJoinAnswer(tester, join);
        else if (_sync is { } sync)
            OnSyncAnswer(tester, sync);
        else if (Share is null)
            _join = tester.Send(Join(MemberId, InstanceId), JoinVersion);
        else
            OnHeartbeat(tester.Call(Heartbeat(MemberId, Generation, InstanceId), 4).ErrorCode);
    }

    private void OnJoinAnswer(GroupTester tester, long join)
    {
        if (tester.IsWaiting(join))
            return;
        _join = null;
        var answer = tester.Answer<JoinGroupResponse>(join);
        if (answer.ErrorCode == ErrorCode.None)
            OnJoined(tester, answer);
        else if (answer.ErrorCode == ErrorCode.MemberIdRequired)
            MemberId = answer.MemberId;
        else
            OnError(answer.ErrorCode);
    }

    private void OnJoined(GroupTester tester, JoinGroupResponse answer)
    {
        Joins.Add(answer);
        MemberId = answer.MemberId;
        Generation = answer.GenerationId;
        var shares = answer.SkipAssignment
            ? []
            : answer.Members.Select((member, index) => (member.MemberId, new[] { (byte)index })).ToArray();
        _sync = tester.Send(Sync(MemberId, Generation, InstanceId, shares), SyncVersion);
    }

    private void OnSyncAnswer(GroupTester tester, long sync)
    {
        if (tester.IsWaiting(sync))
            return;
        _sync = null;
        var answer = tester.Answer<SyncGroupResponse>(sync);
        if (answer.ErrorCode == ErrorCode.None)
            Share = answer.Assignment.Length == 1 ? answer.Assignment[0] : -1;
        else
            OnError(answer.ErrorCode);
    }

    private void OnHeartbeat(ErrorCode error)
    {
        if (error != ErrorCode.None)
            OnError(error);
    }

    private void OnError(ErrorCode error)
    {
        Assert.Contains(
            error,
            new[]
            {
                ErrorCode.RebalanceInProgress, ErrorCode.UnknownMemberId, ErrorCode.IllegalGeneration,
                ErrorCode.FencedInstanceId,
            });
        Forget(keepId: error == ErrorCode.RebalanceInProgress);
    }

    private void Forget(bool keepId)
    {
        Disconnect();
        Share = null;
        Generation = -1;
        if (!keepId)
            MemberId = "";
    }
}
