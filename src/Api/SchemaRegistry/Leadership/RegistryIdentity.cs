using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>A registry of the group, in the layout that Confluent's registries tell each other.</summary>
/// <param name="Version">Version of this layout.</param>
/// <param name="Host">Host that the others reach it by.</param>
/// <param name="Port">Port of its HTTP interface.</param>
/// <param name="IsEligible">It may become leader.</param>
/// <param name="Scheme">http or https.</param>
/// <param name="IsLeader">It believes to lead; an election lets it go on.</param>
internal sealed record RegistryIdentity(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("port")] int Port,
    [property: JsonPropertyName("master_eligibility")] bool IsEligible,
    [property: JsonPropertyName("scheme")] string? Scheme,
    [property: JsonPropertyName("leader")] bool IsLeader)
{
    /// <summary>Base address without a slash at its end.</summary>
    [JsonIgnore]
    public string Url => $"{Scheme ?? "http"}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, LeadershipJson.Default.RegistryIdentity);

    /// <summary>Null when the bytes are not an identity: a foreign member of the group.</summary>
    public static RegistryIdentity? Decode(ReadOnlySpan<byte> bytes) => Read(bytes, LeadershipJson.Default.RegistryIdentity);

    internal static T? Read<T>(
        ReadOnlySpan<byte> bytes, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return bytes.IsEmpty ? null : JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What an election decided, told to every member alike.</summary>
/// <param name="Version">Version of this layout.</param>
/// <param name="Error">0, or 1 when two members have the same address.</param>
/// <param name="LeaderMemberId">Member id of the leader; null when nobody may lead.</param>
/// <param name="Leader">The leader.</param>
internal sealed record RegistryAssignment(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("error")] int Error,
    [property: JsonPropertyName("master")] string? LeaderMemberId,
    [property: JsonPropertyName("master_identity")] RegistryIdentity? Leader)
{
    public const int LayoutVersion = 1;

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, LeadershipJson.Default.RegistryAssignment);

    public static RegistryAssignment? Decode(ReadOnlySpan<byte> bytes) =>
        RegistryIdentity.Read(bytes, LeadershipJson.Default.RegistryAssignment);

    /// <summary>
    /// Elects: who leads goes on leading, so that a member that comes back disturbs nobody; otherwise the lowest
    /// address, as Confluent's registries do.
    /// </summary>
    public static RegistryAssignment Elect(IEnumerable<(string MemberId, RegistryIdentity Identity)> members)
    {
        var elected = members.Where(member => member.Identity.IsEligible)
            .OrderByDescending(member => member.Identity.IsLeader)
            .ThenBy(member => member.Identity.Url, StringComparer.Ordinal)
            .ThenBy(member => member.MemberId, StringComparer.Ordinal).FirstOrDefault();
        return elected.Identity is null ? new RegistryAssignment(LayoutVersion, 0, null, null)
            : new RegistryAssignment(LayoutVersion, 0, elected.MemberId, elected.Identity with { IsLeader = true });
    }
}

[JsonSerializable(typeof(RegistryIdentity))]
[JsonSerializable(typeof(RegistryAssignment))]
internal sealed partial class LeadershipJson : JsonSerializerContext;
