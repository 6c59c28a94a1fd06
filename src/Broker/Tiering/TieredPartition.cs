using Platform.Broker.Replication;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>What tiered storage does for a partition.</summary>
internal enum TieredRole
{
    /// <summary>Nothing: the topic is not tiered.</summary>
    None,
    /// <summary>This broker leads: it copies and deletes.</summary>
    Leading,
    /// <summary>Another broker leads: this one only learns what is in remote storage.</summary>
    Following,
    /// <summary>This broker leads a topic whose tiering was turned off: all copies are deleted (KIP-950).</summary>
    Removing,
}

/// <summary>
/// One hosted partition of a tiered topic: loops that copy and expire while this broker leads, and one that keeps up while
/// it follows. A loop that fails pauses, longer each time; a change of role ends the loops before others begin.
/// </summary>
internal sealed class TieredPartition(Partition partition, RemoteLogContext context) : IAsyncDisposable
{
    private const string CopyTask = "copying to remote storage";
    private const string ExpirationTask = "deleting from remote storage";
    private const string FollowTask = "following remote storage";

    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;
    private (TieredRole Role, int Epoch) _current;

    /// <summary>The partition.</summary>
    public Partition Partition { get; } = partition;

    /// <summary>Takes a role in an epoch of the leader; returns at once.</summary>
    public void Take(TieredRole role, int leaderEpoch)
    {
        if (_current == (role, leaderEpoch))
            return;
        _current = (role, leaderEpoch);
        _stop?.Cancel();
        _stop = role == TieredRole.None ? null : new CancellationTokenSource();
        _running = RunAfterAsync(_running, role, _stop);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Take(TieredRole.None, leaderEpoch: -1);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAfterAsync(Task before, TieredRole role, CancellationTokenSource? stop)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        if (stop is null)
        {
            context.Metrics.Of(Partition.Id.Topic).Forget(Partition.Id.Partition);
            return;
        }
        var known = context.Metadata.Track(Partition.Id);
        try
        {
            await known.WhenInitialized.WaitAsync(stop.Token);
            await RunAsync(role, known.Cache, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        finally
        {
            context.Metadata.Forget(Partition.Id);
            stop.Dispose();
        }
    }

    private Task RunAsync(TieredRole role, RemoteLogMetadataCache cache, CancellationToken stop)
    {
        var copier = new SegmentCopier(Partition, cache, context);
        if (role == TieredRole.Following)
            return RepeatAsync(FollowTask, _ => Done(copier.FindCopied), stop);
        if (role == TieredRole.Removing)
            return RepeatAsync(ExpirationTask, token => RemoveAllAsync(cache, token), stop);
        var expiration = new RemoteExpiration(Partition, cache, copier, context);
        expiration.RaiseLogStart();
        return Task.WhenAll(
            RepeatAsync(CopyTask, copier.RunAsync, stop), RepeatAsync(ExpirationTask, expiration.RunAsync, stop));
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task RemoveAllAsync(RemoteLogMetadataCache cache, CancellationToken stop)
    {
        var segments = cache.Segments;
        foreach (var segment in segments)
            await RemoteDeletion.DeleteAsync(context, segment, stop);
        if (segments.Count > 0)
            context.Logger.AllDeleted(Partition.Id.TopicPartition, segments.Count);
    }

    // Whatever happens, the loop goes on: an end would stop tiering without anybody noticing.
    private async Task RepeatAsync(string task, Func<CancellationToken, Task> run, CancellationToken stop)
    {
        var failures = 0;
        while (true)
        {
            var pause = context.Settings.TaskInterval;
            try
            {
                await run(stop);
                if (failures > 0)
                    context.Logger.TaskWorksAgain(Partition.Id.TopicPartition, task, failures);
                failures = 0;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                pause = context.Settings.RetryAfter(++failures, Random.Shared.NextDouble());
                context.Logger.TaskFailed(
                    Partition.Id.TopicPartition, task, failures, (long)pause.TotalMilliseconds, error.Message);
            }
            await Task.Delay(pause, context.Time, stop);
        }
    }
}
