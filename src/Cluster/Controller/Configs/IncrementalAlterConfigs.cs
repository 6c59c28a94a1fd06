using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Alteration = Platform.Protocol.Messages.IncrementalAlterConfigsRequest.AlterableConfig;
using Resource = Platform.Protocol.Messages.IncrementalAlterConfigsRequest.AlterConfigsResource;

namespace Platform.Cluster.Controller;

/// <summary>IncrementalAlterConfigs (key 44, KIP-339): sets, deletes, or changes lists; leaves the
/// rest alone.</summary>
public static class IncrementalAlterConfigs
{
    private enum Operation : sbyte
    {
        Set = 0,
        Delete = 1,
        Append = 2,
        Subtract = 3,
    }

    /// <summary>Answers the request; each resource succeeds or fails by itself.</summary>
    public static ControllerResult<IncrementalAlterConfigsResponse> Handle(
        ControllerContext controller, IncrementalAlterConfigsRequest request)
    {
        var (response, records) = (new IncrementalAlterConfigsResponse(), new List<IMetadataRecord>());
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
        var wanted = image.Configurations.Of(resource);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var alteration in target.Configs)
        {
            if (!names.Add(alteration.Name))
                return new ApiError(ErrorCode.InvalidRequest, $"{alteration.Name} is named twice");
            if (Change(resource, alteration, ref wanted) is { } problem)
                return problem;
        }
        return ConfigChange.Apply(image, resource, wanted, controller.EffectiveConfig, records);
    }

    private static ApiError? Change(ConfigResource resource, Alteration alteration,
        ref ImmutableSortedDictionary<string, string> wanted)
    {
        var (name, value) = (alteration.Name, alteration.Value);
        switch ((Operation)alteration.ConfigOperation)
        {
            case Operation.Delete:
                wanted = wanted.Remove(name);
                return null;
            case var operation when operation is < Operation.Set or > Operation.Subtract:
                return new ApiError(ErrorCode.InvalidRequest,
                    $"{name}: operation {alteration.ConfigOperation} is not known");
            case var _ when value is null:
                return new ApiError(ErrorCode.InvalidRequest, $"{name} is null; delete it to take the default");
            case Operation.Set:
                wanted = wanted.SetItem(name, value);
                return null;
            case var operation:
                return ChangeList(ConfigChange.Find(resource, name), operation, name, value, ref wanted);
        }
    }

    private static ApiError? ChangeList(ConfigKey? key, Operation operation, string name, string value,
        ref ImmutableSortedDictionary<string, string> wanted)
    {
        if (key?.Type != ConfigType.List)
            return new ApiError(ErrorCode.InvalidConfig,
                $"{name} is no list, so that nothing can be appended to it or subtracted from it");
        var items = ConfigValueTypes.Split(wanted.GetValueOrDefault(name, key.DefaultText ?? ""));
        var named = ConfigValueTypes.Split(value);
        var changed = operation == Operation.Append ? items.Union(named) : items.Except(named);
        wanted = wanted.SetItem(name, string.Join(',', changed));
        return null;
    }
}
