using Microsoft.Extensions.Logging;
using Platform.Cluster.Quotas;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>What all tiered partitions of a broker share.</summary>
internal sealed class RemoteLogContext : IDisposable
{
    private int _waitingReads;

    public RemoteLogContext(
        int brokerId, RemoteLogSettings settings, IRemoteStorageManager storage, RemoteLogMetadataManager metadata,
        TimeProvider time, ILogger logger)
    {
        (BrokerId, Settings, Storage, Metadata, Time, Logger) = (brokerId, settings, storage, metadata, time, logger);
        CopySlots = new SemaphoreSlim(settings.Copiers);
        ExpirationSlots = new SemaphoreSlim(settings.Expirers);
        ReadSlots = new SemaphoreSlim(settings.Readers);
        Metrics = new RemoteLogMetrics(
            brokerId, () => (_waitingReads, settings.Readers - ReadSlots.CurrentCount));
    }

    /// <summary>This broker.</summary>
    public int BrokerId { get; }

    /// <summary>Limits and times.</summary>
    public RemoteLogSettings Settings { get; }

    /// <summary>Where copies lie.</summary>
    public IRemoteStorageManager Storage { get; }

    /// <summary>What is known of copies.</summary>
    public RemoteLogMetadataManager Metadata { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The log of the process.</summary>
    public ILogger Logger { get; }

    /// <summary>Counters.</summary>
    public RemoteLogMetrics Metrics { get; }

    /// <summary>Who may copy.</summary>
    public SemaphoreSlim CopySlots { get; }

    /// <summary>Who may delete.</summary>
    public SemaphoreSlim ExpirationSlots { get; }

    /// <summary>Who may read.</summary>
    public SemaphoreSlim ReadSlots { get; }

    /// <summary>Bytes that may be copied.</summary>
    public RateQuota CopyQuota { get; } = new(double.MaxValue);

    /// <summary>Bytes that may be read.</summary>
    public RateQuota FetchQuota { get; } = new(double.MaxValue);

    /// <summary>Makes ids of copies.</summary>
    public Func<Uuid> NewId { get; init; } = Uuid.Random;

    /// <summary>The time, in ms since 1970.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A read begins to wait, or stops.</summary>
    public int CountWaitingReads(int change) => Interlocked.Add(ref _waitingReads, change);

    /// <inheritdoc/>
    public void Dispose()
    {
        Metrics.Dispose();
        CopySlots.Dispose();
        ExpirationSlots.Dispose();
        ReadSlots.Dispose();
    }
}
