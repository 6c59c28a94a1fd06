using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>
/// Changes of the voter set by a leader (KIP-853): one voter at a time, the next one only when the one before is
/// committed, and none before the leader has committed something of its own epoch. Old and new majorities then always
/// share a node.
/// </summary>
internal sealed class VoterChanges(RaftContext raft, LeaderState leader)
{
    /// <summary>Makes the answer to whoever asked for the change.</summary>
    internal delegate IResponse Answer(ErrorCode error, string? message);

    private sealed record Waiting(long Token, Answer Answer, long Offset, long DeadlineMs);

    private Waiting? _waiting;

    internal long NextDeadlineMs => _waiting?.DeadlineMs ?? long.MaxValue;

    /// <summary>Null when the voters may be changed now.</summary>
    internal (ErrorCode Code, string Message)? WhyNotNow()
    {
        if (!raft.IsReconfigurable)
            return (ErrorCode.UnsupportedVersion, "the voters of this quorum are fixed by controller.quorum.voters "
                + "(kraft.version 0); 'platform features upgrade --feature kraft.version=1' takes them into the log, where they "
                + "can be changed");
        if (!leader.IsHighWatermarkKnown)
            return (ErrorCode.RequestTimedOut, "the leader has not committed anything in its epoch yet; try again");
        return raft.Log.VotersOffset < raft.HighWatermark ? null
            : (ErrorCode.RequestTimedOut, "another change of the voters is not committed yet; try again");
    }

    /// <summary>Appends the new set, and answers when it is committed, or at once.</summary>
    internal void Propose(VoterSet voters, long token, int timeoutMs, bool ackWhenCommitted, Answer answer)
    {
        var offset = leader.AppendVoters(voters);
        if (!ackWhenCommitted)
            raft.Reply(token, answer(ErrorCode.None, null));
        else
            _waiting = new Waiting(token, answer, offset, raft.NowMs + Math.Max(0, timeoutMs));
        // A lone voter that adds nobody needs nobody: it is committed when it is flushed.
        OnHighWatermark();
    }

    internal void OnHighWatermark()
    {
        if (_waiting is { } waiting && raft.HighWatermark > waiting.Offset)
            Complete(waiting, ErrorCode.None, null);
    }

    internal void OnTick()
    {
        if (_waiting is { } waiting && raft.NowMs >= waiting.DeadlineMs)
            Complete(waiting, ErrorCode.RequestTimedOut,
                "the change was appended, but not committed in time; it may be committed later");
    }

    internal void OnLeft()
    {
        if (_waiting is { } waiting)
            Complete(waiting, ErrorCode.NotLeaderOrFollower, "the leader changed; ask the new one what became of it");
    }

    private void Complete(Waiting waiting, ErrorCode error, string? message)
    {
        _waiting = null;
        raft.Reply(waiting.Token, waiting.Answer(error, message));
    }
}
