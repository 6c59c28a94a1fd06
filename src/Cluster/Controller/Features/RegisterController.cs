using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>ControllerRegistration (key 70): a controller says where it listens and which features it supports
/// (KIP-919), so that no level is raised that it could not follow.</summary>
public static class RegisterController
{
    /// <summary>Answers the request. The same process twice is one registration.</summary>
    public static ControllerResult<ControllerRegistrationResponse> Handle(
        ControllerContext controller, ControllerRegistrationRequest request)
    {
        if (Problem(controller, request) is { } error)
            return ControllerResult<ControllerRegistrationResponse>.NoChange(
                new() { ErrorCode = error.Code, ErrorMessage = error.Message });
        var known = controller.Image.Cluster.Controllers.GetValueOrDefault(request.ControllerId);
        return known?.IncarnationId == request.IncarnationId
            ? ControllerResult<ControllerRegistrationResponse>.NoChange(new())
            : new([ToRecord(request)], new());
    }

    private static ApiError? Problem(ControllerContext controller, ControllerRegistrationRequest request)
    {
        if (request.ControllerId < 0 || request.Listeners.Count == 0)
            return new ApiError(ErrorCode.InvalidRequest, "a controller needs an id and a listener");
        foreach (var (name, level) in controller.Image.Features.Levels)
        {
            var feature = request.Features.Find(feature => feature.Name == name);
            if (feature is null || level < feature.MinSupportedVersion || level > feature.MaxSupportedVersion)
                return new ApiError(ErrorCode.UnsupportedVersion, $"the cluster is at level {level} of {name}, which "
                    + $"controller {request.ControllerId} does not support; upgrade that node");
        }
        return null;
    }

    private static RegisterControllerRecord ToRecord(ControllerRegistrationRequest request) => new()
    {
        ControllerId = request.ControllerId,
        IncarnationId = request.IncarnationId,
        EndPoints = [.. request.Listeners.Select(listener => new RegisterControllerRecord.ControllerEndpoint
        {
            Name = listener.Name,
            Host = listener.Host,
            Port = listener.Port,
            SecurityProtocol = listener.SecurityProtocol,
        })],
        Features = [.. request.Features.Select(feature => new RegisterControllerRecord.ControllerFeature
        {
            Name = feature.Name,
            MinSupportedVersion = feature.MinSupportedVersion,
            MaxSupportedVersion = feature.MaxSupportedVersion,
        })],
    };
}
