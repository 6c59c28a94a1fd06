using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>UpdateFeatures (key 57) as far as it is about <c>kraft.version</c>: the leader writes the version and the voters into
/// the log, in one batch (KIP-853).</summary>
internal static class UpgradeKRaftVersionHandler
{
    internal static void Handle(RaftContext raft, long token, UpdateFeaturesRequest request)
    {
        var level = request.FeatureUpdates.FindLast(update => update.Feature == KRaftVersion.FeatureName)!.MaxVersionLevel;
        if (Check(raft, level) is { } refused)
            raft.Reply(token, Answer(refused.Code, refused.Message));
        else if (request.ValidateOnly || level == raft.KRaftVersion)
            raft.Reply(token, Answer(ErrorCode.None, null));
        else
            raft.Leading!.Changes.Propose(raft.Leading.Upgrade.Voters, token, request.TimeoutMs, ackWhenCommitted: true, Answer);
    }

    private static (ErrorCode Code, string Message)? Check(RaftContext raft, short level)
    {
        if (raft.Leading is not { } leader)
            return (ErrorCode.NotLeaderOrFollower, "this node does not lead the quorum");
        return leader.Upgrade.WhyNot(level) ?? (leader.IsHighWatermarkKnown ? null
            : (ErrorCode.RequestTimedOut, "the leader has not committed anything in its epoch yet; try again"));
    }

    private static UpdateFeaturesResponse Answer(ErrorCode error, string? message) => new()
    {
        ErrorCode = error,
        ErrorMessage = message is null ? null : $"nothing was changed: {KRaftVersion.FeatureName}: {message}",
        Results = [new() { Feature = KRaftVersion.FeatureName, ErrorCode = error, ErrorMessage = message }],
    };
}
