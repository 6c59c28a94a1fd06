using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Platform.Protocol;

/// <summary>Reads what <see cref="ErrorCode"/> declares about its members.</summary>
public static partial class ErrorCodes
{
    private static readonly FrozenDictionary<ErrorCode, ErrorAttribute> Declared = Enum.GetValues<ErrorCode>()
        .ToFrozenDictionary(code => code, code => typeof(ErrorCode).GetField(code.ToString())!.GetCustomAttribute<ErrorAttribute>()!);

    /// <summary>What went wrong, in a sentence.</summary>
    public static string Describe(this ErrorCode code) =>
        Declared.TryGetValue(code, out var error) ? error.Text : $"Unknown error code {(short)code}.";

    /// <summary>True when a client may send the same request again, perhaps after refreshing its metadata.</summary>
    public static bool IsRetriable(this ErrorCode code) => Declared.TryGetValue(code, out var error) && error.Retriable;

    /// <summary>Kafka's own spelling, such as <c>UNKNOWN_TOPIC_OR_PARTITION</c>.</summary>
    public static string KafkaName(this ErrorCode code) => WordStart().Replace(code.ToString(), "_").ToUpperInvariant();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordStart();
}
