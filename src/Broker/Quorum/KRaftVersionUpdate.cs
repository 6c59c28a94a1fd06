using Platform.Client;
using Platform.Cluster.Controller;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>UpdateFeatures that names <c>kraft.version</c>: the controller checks what all nodes support and writes the other
/// features, the leader of the quorum writes this one. Both are asked before either writes.</summary>
internal static class KRaftVersionUpdate
{
    /// <summary>True when the request is about <c>kraft.version</c>, perhaps among others.</summary>
    public static bool Concerns(IRequest request) => request is UpdateFeaturesRequest update
        && update.FeatureUpdates.Exists(static each => each.Feature == KRaftVersion.FeatureName);

    /// <summary>Makes all changes, or none.</summary>
    /// <exception cref="KafkaException">This node is not the active controller.</exception>
    public static async Task<UpdateFeaturesResponse> RunAsync(ControllerLoop controller, UpdateFeaturesRequest request)
    {
        var dry = DryRunOf(request);
        var answer = await controller.SubmitAsync(context => UpdateFeatures.Handle(context, dry));
        if (answer.ErrorCode != ErrorCode.None)
            return answer;
        var raft = await AskAsync(controller, dry);
        if (raft.ErrorCode != ErrorCode.None || request.ValidateOnly)
            return raft.ErrorCode != ErrorCode.None ? raft : answer;
        answer = await controller.SubmitAsync(context => UpdateFeatures.Handle(context, request));
        if (answer.ErrorCode != ErrorCode.None)
            return answer;
        raft = await AskAsync(controller, request);
        return raft.ErrorCode != ErrorCode.None ? raft : answer;
    }

    private static async Task<UpdateFeaturesResponse> AskAsync(ControllerLoop controller, UpdateFeaturesRequest request)
    {
        var answer = (UpdateFeaturesResponse)await controller.HandleRequest(request);
        return answer.ErrorCode == ErrorCode.NotLeaderOrFollower ? throw new KafkaException(ErrorCode.NotController) : answer;
    }

    private static UpdateFeaturesRequest DryRunOf(UpdateFeaturesRequest request) => new()
    {
        TimeoutMs = request.TimeoutMs,
        FeatureUpdates = request.FeatureUpdates,
        ValidateOnly = true,
    };
}
