using Platform.Protocol;

namespace Platform.Client;

/// <summary>
/// What a client sees when a broker answered with an error code, or when no broker could be asked: a lost connection
/// is <see cref="ErrorCode.NetworkException"/>, a missing answer <see cref="ErrorCode.RequestTimedOut"/>.
/// </summary>
public sealed class KafkaException : Exception
{
    /// <summary>An error with a text of its own, or with the text of its code.</summary>
    public KafkaException(ErrorCode code, string? detail = null, Exception? inner = null)
        : base(detail ?? code.Describe(), inner) => Code = code;

    /// <summary>The protocol's code.</summary>
    public ErrorCode Code { get; }

    /// <summary>True when the same request may succeed later, perhaps at another broker.</summary>
    public bool IsRetriable => Code.IsRetriable();

    /// <summary>Throws when <paramref name="code"/> is an error. <paramref name="what"/> begins the message.</summary>
    public static void ThrowIfError(ErrorCode code, string what, string? detail = null)
    {
        if (code != ErrorCode.None)
            throw For(code, what, detail);
    }

    internal static KafkaException For(ErrorCode code, string what, string? detail = null) =>
        new(code, $"{what}: {(string.IsNullOrEmpty(detail) ? code.Describe() : detail)} ({code.KafkaName()})");
}
