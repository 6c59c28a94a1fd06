using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>
/// The time that one stream has. When it is up, each further record is refused instead of sent, so that its sender learns
/// why; the first of them begins the grace period, at whose end the stream is closed. A silent stream stays open.
/// </summary>
internal sealed class StreamLifetime(StreamLimits limits) : IDisposable
{
    private readonly long _begin = limits.Time.GetTimestamp();
    private CancellationTokenSource? _closing;

    /// <summary>Cancelled when the stream is to be closed; cannot be before a record was refused.</summary>
    public CancellationToken Closing => _closing?.Token ?? CancellationToken.None;

    /// <summary>Asked for each record: the answer to one that comes too late, otherwise null.</summary>
    public ProblemException? Refusal()
    {
        if (_closing is null && limits.Time.GetElapsedTime(_begin) <= limits.MaxDuration)
            return null;
        _closing ??= new CancellationTokenSource(limits.GracePeriod, limits.Time);
        return new ProblemException(StatusCodes.Status408RequestTimeout,
            "Streaming connection open for longer than allowed: Connection will be closed.");
    }

    public void Dispose() => _closing?.Dispose();
}
