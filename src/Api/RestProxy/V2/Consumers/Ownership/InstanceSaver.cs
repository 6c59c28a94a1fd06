using Platform.Api.Hosting;
using Platform.Client;

namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>Writes down how instances stand, when that has changed or was not said for long.</summary>
internal sealed class InstanceSaver(ApiOptions options, InstanceLog log, ILogger<InstanceSaver> logger)
{
    /// <summary>After so many times consumer.instance.timeout.ms an instance that was not written down has no owner.</summary>
    public const double OrphanFactor = 1.5;

    // Often enough that no other replica takes an instance in use for an orphan.
    private const int SavesPerTimeout = 4;

    /// <summary>Writes down how an instance stands. To be called in its turn.</summary>
    /// <exception cref="KafkaException">The topic did not take it.</exception>
    public async Task SaveAsync(ConsumerInstance instance)
    {
        if (!log.IsKept)
            return;
        var state = instance.Describe(log.Self);
        var saved = instance.Saved;
        var bytes = (state with { LastUsedMs = saved?.LastUsedMs ?? 0 }).Encode();
        var isRecent = saved is not null
            && state.LastUsedMs - saved.LastUsedMs < options.ConsumerInstanceTimeout.TotalMilliseconds / SavesPerTimeout;
        if (isRecent && saved!.Encoded.AsSpan().SequenceEqual(bytes))
            return;
        await log.SaveAsync(state);
        instance.Saved = new SavedState(state.LastUsedMs, state.Encode());
    }

    /// <summary>Refuses what would be too much to write down, before it is done.</summary>
    /// <exception cref="ProblemException">422.</exception>
    public void RequireRoom(
        ConsumerInstance instance, IReadOnlyList<string>? topics, IReadOnlyList<PartitionItem>? partitions) =>
        (instance.Describe(log.Self) with { Topics = topics, Pattern = null, Partitions = partitions, Positions = null })
            .Encode();

    /// <summary>As <see cref="SaveAsync"/>, where failing is only worth a word in the log.</summary>
    public async Task TrySaveAsync(ConsumerInstance instance)
    {
        try
        {
            await SaveAsync(instance);
        }
        catch (Exception error) when (error is KafkaException or ProblemException)
        {
            logger.InstanceNotSaved(error, instance.Settings.Group, instance.Settings.Name);
        }
    }
}

/// <summary>How an instance stood when that was written down the last time.</summary>
internal sealed record SavedState(long LastUsedMs, byte[] Encoded);

/// <summary>The turn of a request at an instance; at its end, how the instance stands is written down.</summary>
internal sealed class InstanceTurn(IDisposable turn, ConsumerInstance instance, InstanceSaver saver, HttpContext context)
    : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        try
        {
            // What the client was told already cannot fail any more.
            if (context.Response.HasStarted)
                await saver.TrySaveAsync(instance);
            else
                await saver.SaveAsync(instance);
        }
        finally
        {
            turn.Dispose();
        }
    }
}
