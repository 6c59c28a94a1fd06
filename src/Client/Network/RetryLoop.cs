using Platform.Protocol;

namespace Platform.Client.Network;

/// <summary>Repeats an operation that failed with a retriable error, until <c>default.api.timeout.ms</c> has
/// passed.</summary>
internal sealed class RetryLoop(ClientOptions options)
{
    private readonly Backoff _backoff = new(options.RetryBackoffMs, options.RetryBackoffMaxMs);

    /// <summary>Runs <paramref name="operation"/> until it succeeds, fails for good, or time is up.</summary>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> operation, CancellationToken cancellation,
        Action<KafkaException>? onRetry = null)
    {
        var deadline = options.NowMs + options.DefaultApiTimeoutMs;
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await operation(cancellation);
            }
            catch (KafkaException e) when (e.IsRetriable)
            {
                var wait = _backoff.AfterFailures(failures);
                if (options.NowMs + wait >= deadline)
                    throw TimedOut(e);
                onRetry?.Invoke(e);
                await Task.Delay(TimeSpan.FromMilliseconds(wait), options.TimeProvider, cancellation);
            }
        }
    }

    private KafkaException TimedOut(KafkaException last) =>
        new(last.Code, $"given up after {options.DefaultApiTimeoutMs} ms (default.api.timeout.ms): {last.Message}",
            last);
}
