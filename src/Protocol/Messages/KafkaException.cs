namespace Platform.Protocol;

/// <summary>An error of the protocol on its way to, or from, a broker.</summary>
public sealed class KafkaException(ErrorCode code, string? detail = null, Exception? cause = null)
    : Exception(detail ?? code.Describe(), cause)
{
    /// <summary>The error code.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>True when the same request may simply be sent again.</summary>
    public bool IsRetriable => Code.IsRetriable();
}
