using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Resource = Platform.Protocol.Messages.AlterConfigsRequest.AlterConfigsResource;

namespace Platform.Cluster.Controller;

/// <summary>AlterConfigs (key 33), the old way: what the request does not name goes back to its default.</summary>
public static class AlterConfigs
{
    /// <summary>Answers the request; each resource succeeds or fails by itself.</summary>
    public static ControllerResult<AlterConfigsResponse> Handle(ControllerContext controller,
        AlterConfigsRequest request)
    {
        var (response, records) = (new AlterConfigsResponse(), new List<IMetadataRecord>());
        foreach (var target in request.Resources)
        {
            var repeats = request.Resources.Count(other => other.ResourceType == target.ResourceType
                && other.ResourceName == target.ResourceName) > 1;
            var error = repeats
                ? new ApiError(ErrorCode.InvalidRequest, "the request names this resource more than once")
                : Alter(controller, target, records);
            response.Responses.Add(new()
            {
                ResourceType = target.ResourceType,
                ResourceName = target.ResourceName,
                ErrorCode = error?.Code ?? ErrorCode.None,
                ErrorMessage = error?.Message,
            });
        }
        return new(request.ValidateOnly ? [] : records, response);
    }

    private static ApiError? Alter(ControllerContext controller, Resource target, List<IMetadataRecord> records)
    {
        var image = controller.Image;
        var resource = new ConfigResource((ConfigResourceType)target.ResourceType, target.ResourceName);
        if (ConfigChange.CheckResource(image, resource) is { } error)
            return error;
        if (target.Configs.FirstOrDefault(config => config.Value is null) is { } missing)
            return new ApiError(ErrorCode.InvalidRequest, $"{missing.Name} is null; leave it out to take the default");
        var wanted = ConfigOverrides.From(
            target.Configs.Select(config => KeyValuePair.Create(config.Name, config.Value!)));
        return wanted.Count < target.Configs.Count
            ? new ApiError(ErrorCode.InvalidRequest, "a setting is named twice")
            : ConfigChange.Apply(image, resource, wanted, controller.EffectiveConfig, records);
    }
}
