using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>UnregisterController (key 94): an operator says that a controller will not come back (KIP-1312), so that its features
/// no longer keep the cluster from higher levels.</summary>
public static class UnregisterController
{
    /// <summary>Answers the request. Who votes keeps its registration: it would follow levels that it may not support.</summary>
    public static ControllerResult<UnregisterControllerResponse> Handle(
        ControllerContext controller, UnregisterControllerRequest request)
    {
        var id = request.ControllerId;
        if (!controller.Image.Cluster.Controllers.ContainsKey(id))
            return Refused(ErrorCode.ControllerIdNotRegistered, $"controller {id} is not registered");
        if (id == controller.Config.Node.Id)
            return Refused(ErrorCode.InvalidRequest, $"controller {id} is the active controller; it cannot unregister itself");
        return controller.Voters.Contains(id)
            ? Refused(ErrorCode.InvalidRequest, $"controller {id} has a vote; take it away first (RemoveRaftVoter)")
            : new([new UnregisterControllerRecord { ControllerId = id }], new());
    }

    private static ControllerResult<UnregisterControllerResponse> Refused(ErrorCode error, string message) =>
        ControllerResult<UnregisterControllerResponse>.NoChange(new() { ErrorCode = error, ErrorMessage = message });
}
