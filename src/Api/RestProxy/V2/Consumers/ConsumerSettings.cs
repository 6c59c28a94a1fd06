using Platform.Client.Consuming;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>Settings of a consumer instance, checked.</summary>
/// <param name="Group">Its consumer group.</param>
/// <param name="Name">Its name within the group.</param>
/// <param name="Format">How its records are embedded.</param>
/// <param name="Reset">Where it begins without a committed offset.</param>
/// <param name="AutoCommit">Whether what was delivered is committed at the next read.</param>
/// <param name="FetchMinBytes">A read returns with this much; -1 waits for its whole time.</param>
/// <param name="RequestTimeoutMs">How long a read waits at most, or null for the default.</param>
internal sealed record ConsumerSettings(
    string Group, string Name, EmbeddedFormat Format, AutoOffsetReset Reset, bool AutoCommit, int FetchMinBytes,
    int? RequestTimeoutMs)
{
    public const int MaxFetchMinBytes = 10_000_000;

    /// <summary>Characters of a group's name, and of an instance's.</summary>
    public const int MaxNameLength = 255;

    /// <summary>Checks a request. Throws 422, 42204 or 40001 with the setting, its value and what is allowed.</summary>
    public static ConsumerSettings From(string group, CreateConsumerRequest request, Func<string> newName)
    {
        var minBytes = request.FetchMinBytes ?? 1;
        if (minBytes is < -1 or > MaxFetchMinBytes)
            throw V2Problems.OutOfRange("fetch.min.bytes", minBytes, -1, MaxFetchMinBytes);
        if (request.ConsumerRequestTimeoutMs < 0)
            throw V2Problems.OutOfRange(
                "consumer.request.timeout.ms", request.ConsumerRequestTimeoutMs, 0, int.MaxValue);
        return new ConsumerSettings(
            NameOf("group", group), NameOf("name", request.Name ?? request.Id ?? newName()), FormatOf(request.Format), ResetOf(request.AutoOffsetReset),
            request.AutoCommitEnable ?? true, minBytes, request.ConsumerRequestTimeoutMs);
    }

    private static string NameOf(string what, string name) => name.Length is > 0 and <= MaxNameLength ? name
        : throw V2Problems.Invalid($"{what} has {name.Length} characters, but must have 1 to {MaxNameLength}.");

    private static EmbeddedFormat FormatOf(string? format) => format?.ToLowerInvariant() switch
    {
        null or "binary" => EmbeddedFormat.Binary,
        "json" => EmbeddedFormat.Json,
        "avro" => EmbeddedFormat.Avro,
        "jsonschema" => EmbeddedFormat.JsonSchema,
        "protobuf" => EmbeddedFormat.Protobuf,
        _ => throw V2Problems.Invalid($"Invalid format type. '{format}' is unknown; allowed are "
            + "binary, json, avro, jsonschema and protobuf."),
    };

    private static AutoOffsetReset ResetOf(string? reset) => reset?.ToLowerInvariant() switch
    {
        null or "latest" or "largest" => AutoOffsetReset.Latest,
        "earliest" or "smallest" => AutoOffsetReset.Earliest,
        "none" => AutoOffsetReset.None,
        _ => throw V2Problems.InvalidConsumerConfig(
            $"auto.offset.reset is '{reset}'; allowed are earliest, latest and none"),
    };
}
