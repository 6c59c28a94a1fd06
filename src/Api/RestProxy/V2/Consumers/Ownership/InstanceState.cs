using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>All that is needed to go on with an instance in another process.</summary>
/// <param name="Settings">What it was created with.</param>
/// <param name="Owner">The process that holds it.</param>
/// <param name="Epoch">Raised whenever it is taken over: what earlier owners still write does not count.</param>
/// <param name="IsClaim">This record takes the instance over; others only tell how it stands.</param>
/// <param name="Topics">Topics that it subscribes to.</param>
/// <param name="Pattern">Regular expression that the topics were found by.</param>
/// <param name="Partitions">Partitions that it was assigned by hand.</param>
/// <param name="Positions">Where it reads next.</param>
/// <param name="LastUsedMs">When it was last asked for something, in ms since 1970.</param>
internal sealed record InstanceState(
    ConsumerSettings Settings, InstanceOwner Owner, int Epoch, bool IsClaim, IReadOnlyList<string>? Topics, string? Pattern,
    IReadOnlyList<PartitionItem>? Partitions, IReadOnlyList<StoredPosition>? Positions, long LastUsedMs)
{
    /// <summary>A record of the topic has at most this many bytes, far below what brokers take.</summary>
    public const int MaxBytes = 256 * 1024;

    [JsonIgnore]
    public InstanceKey Key => new(Settings.Group, Settings.Name);

    /// <summary>The record's value. What does not fit is left out where it can be found again: topics by their pattern,
    /// positions by what was committed.</summary>
    /// <exception cref="Hosting.ProblemException">422: the topics or partitions are too many.</exception>
    public byte[] Encode()
    {
        var bytes = Bytes(this);
        if (bytes.Length > MaxBytes)
            bytes = Bytes(this with { Positions = null, Topics = Pattern is null ? Topics : [] });
        return bytes.Length <= MaxBytes ? bytes : throw V2Problems.Invalid(
            $"What instance '{Settings.Name}' reads takes {bytes.Length} bytes to remember; at most {MaxBytes} are allowed: "
            + "name fewer topics or partitions, or use a topic_pattern.");
    }

    private static byte[] Bytes(InstanceState state) =>
        JsonSerializer.SerializeToUtf8Bytes(state, InstanceJson.Default.InstanceState);

    /// <summary>Null for a record that is none of ours.</summary>
    public static InstanceState? Decode(ReadOnlySpan<byte> value)
    {
        try
        {
            return JsonSerializer.Deserialize(value, InstanceJson.Default.InstanceState)
                is { Settings: not null, Owner: not null } state ? state : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstanceKey))]
[JsonSerializable(typeof(InstanceState))]
internal sealed partial class InstanceJson : JsonSerializerContext;
