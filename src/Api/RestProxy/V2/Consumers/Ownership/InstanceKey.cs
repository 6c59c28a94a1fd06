using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>What an instance is called; unique in the cluster.</summary>
/// <param name="Group">Its consumer group.</param>
/// <param name="Name">Its name within the group.</param>
internal readonly record struct InstanceKey(
    [property: JsonPropertyName("group")] string Group, [property: JsonPropertyName("instance")] string Name);
