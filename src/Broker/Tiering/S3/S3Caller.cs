using Amazon.S3;
using Microsoft.Extensions.Logging;
using Platform.Storage;

namespace Platform.Broker.Tiering.S3;

/// <summary>Sends requests to S3: each attempt has a time limit, errors that may pass are tried again after a pause that
/// doubles, and what remains is told as what was asked, why it failed and what to do.</summary>
internal sealed class S3Caller(
    S3Settings settings, TimeProvider time, Random random, RemoteStorageCounters counters, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private AmazonS3Client? _client;

    /// <summary>Sends a request until it succeeds or no attempt is left.</summary>
    /// <param name="asked">What it does, such as "GET bytes 0-99 of".</param>
    /// <param name="key">The object; null for the bucket.</param>
    /// <param name="call">The request with its answer's body.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RemoteStorageException">It failed for good.</exception>
    public async Task<T> CallAsync<T>(string asked, string? key, Func<AmazonS3Client, CancellationToken, Task<T>> call,
        CancellationToken cancellation)
    {
        var client = _client ?? await Task.Run(() => Client(asked, key), cancellation);
        for (var attempt = 0; ; attempt++)
        {
            Exception error;
            try
            {
                Interlocked.Increment(ref counters.Requests);
                return await AttemptAsync(client, call, cancellation);
            }
            catch (Exception failed)
            {
                // What is under way when someone gives up fails in many ways.
                cancellation.ThrowIfCancellationRequested();
                error = failed;
            }
            if (attempt >= settings.Retries || !S3Failures.MayPass(error))
                throw Failed(error, asked, key);
            Interlocked.Increment(ref counters.Retries);
            logger.S3Retry(asked, settings.Bucket, key, S3Failures.Why(error, settings));
            await Task.Delay(Pause(attempt), time, cancellation);
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _client?.Dispose();
    }

    private async Task<T> AttemptAsync<T>(AmazonS3Client client,
        Func<AmazonS3Client, CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(settings.RequestTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await call(client, both.Token);
        }
        catch (Exception error) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {settings.RequestTimeout.TotalMilliseconds:0} ms", error);
        }
    }

    // Made by the first request, because it may have to ask the machine for credentials; a failure is asked again.
    private AmazonS3Client Client(string asked, string? key)
    {
        lock (_lock)
        {
            try
            {
                return _client ??= S3Client.Create(settings);
            }
            catch (Exception error)
            {
                throw Failed(error, asked, key);
            }
        }
    }

    private RemoteStorageException Failed(Exception error, string asked, string? key)
    {
        Interlocked.Increment(ref counters.Errors);
        return S3Failures.Explain(error, asked, key, settings);
    }

    // Between half of it and all of it, so that many brokers do not come back at once.
    private TimeSpan Pause(int attempt)
    {
        var full = Math.Min(settings.RetryBackoff.TotalMilliseconds * Math.Pow(2, attempt),
            settings.RetryBackoffMax.TotalMilliseconds);
        double share;
        lock (_lock)
            share = 0.5 + random.NextDouble() / 2;
        return TimeSpan.FromMilliseconds(full * share);
    }
}
