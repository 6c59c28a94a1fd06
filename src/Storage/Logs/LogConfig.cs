using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>What may be removed from a log (<c>cleanup.policy</c>). No flag: everything is kept for ever.</summary>
[Flags]
public enum CleanupPolicies
{
    /// <summary>Nothing is removed.</summary>
    None = 0,
    /// <summary>Old segments are deleted by time and size.</summary>
    Delete = 1,
    /// <summary>Only the latest record of each key is kept.</summary>
    Compact = 2,
}

/// <summary>Who sets the timestamps of records (<c>message.timestamp.type</c>).</summary>
public enum TimestampType
{
    /// <summary>The producer.</summary>
    CreateTime = 0,
    /// <summary>The broker, when it appends.</summary>
    LogAppendTime = 1,
}

/// <summary>Settings of one log, with Kafka's defaults. Immutable: a change replaces
/// <see cref="UnifiedLog.Config"/>.</summary>
public sealed record LogConfig
{
    /// <summary>The defaults.</summary>
    public static readonly LogConfig Default = new();

    /// <summary><c>segment.bytes</c>: a segment is closed before it grows larger.</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024 * 1024;
    /// <summary><c>segment.ms</c>: a segment is closed when it is older.</summary>
    public long SegmentMs { get; init; } = 7 * DayMs;
    /// <summary><c>segment.jitter.ms</c>: at most so much earlier, so that not all partitions roll at once.</summary>
    public long SegmentJitterMs { get; init; }
    /// <summary><c>retention.ms</c>; -1 for no limit.</summary>
    public long RetentionMs { get; init; } = 7 * DayMs;
    /// <summary><c>retention.bytes</c>; -1 for no limit.</summary>
    public long RetentionBytes { get; init; } = -1;
    /// <summary><c>index.interval.bytes</c>: about how many bytes of log an index entry stands for.</summary>
    public int IndexIntervalBytes { get; init; } = 4096;
    /// <summary><c>segment.index.bytes</c>: limit of an index file.</summary>
    public int MaxIndexBytes { get; init; } = 10 * 1024 * 1024;
    /// <summary><c>max.message.bytes</c>: largest batch.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024 + 12;
    /// <summary><c>cleanup.policy</c>.</summary>
    public CleanupPolicies CleanupPolicy { get; init; } = CleanupPolicies.Delete;
    /// <summary><c>delete.retention.ms</c>: how long a tombstone stays once compaction has met it.</summary>
    public long DeleteRetentionMs { get; init; } = DayMs;
    /// <summary><c>min.cleanable.dirty.ratio</c>: share of a log that must be uncompacted before it is
    /// compacted.</summary>
    public double MinCleanableDirtyRatio { get; init; } = 0.5;
    /// <summary><c>min.compaction.lag.ms</c>: how long a record is safe from compaction.</summary>
    public long MinCompactionLagMs { get; init; }
    /// <summary><c>max.compaction.lag.ms</c>: how long a record may wait for compaction.</summary>
    public long MaxCompactionLagMs { get; init; } = long.MaxValue;
    /// <summary><c>message.timestamp.type</c>.</summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;
    /// <summary><c>message.timestamp.before.max.ms</c>: how old a producer's timestamp may be.</summary>
    public long MessageTimestampBeforeMaxMs { get; init; } = long.MaxValue;
    /// <summary><c>message.timestamp.after.max.ms</c>: how far in the future a producer's timestamp may lie.</summary>
    public long MessageTimestampAfterMaxMs { get; init; } = 60 * 60 * 1000;
    /// <summary><c>compression.type</c>; null for <c>producer</c>: batches are kept as they come.</summary>
    public CompressionType? CompressionType { get; init; }
    /// <summary>Level of <see cref="CompressionType"/>; null for the codec's default.</summary>
    public int? CompressionLevel { get; init; }
    /// <summary><c>flush.messages</c>: records that may be unflushed.</summary>
    public long FlushMessages { get; init; } = long.MaxValue;
    /// <summary><c>flush.ms</c>: time for which records may be unflushed.</summary>
    public long FlushMs { get; init; } = long.MaxValue;
    /// <summary><c>platform.flush.on.ack</c>: a replica holds a record only once it is on its disk.</summary>
    public bool FlushOnAck { get; init; }
    /// <summary><c>file.delete.delay.ms</c>: how long a deleted file stays under another name.</summary>
    public long FileDeleteDelayMs { get; init; } = 60_000;
    /// <summary>Asks for disk blocks ahead of records in growing steps; off for logs that stay small.</summary>
    public bool Preallocate { get; init; } = true;
    /// <summary><c>preallocate</c>: asks for the blocks of a whole segment at once.</summary>
    public bool PreallocateSegments { get; init; }
    /// <summary>May fill the disk to its last byte: logs that brokers themselves need to go on.</summary>
    public bool MayUseReserve { get; init; }

    /// <summary><c>remote.storage.enable</c>: closed segments are copied to remote storage (KIP-405).</summary>
    public bool RemoteStorageEnable { get; init; }
    /// <summary><c>remote.log.copy.disable</c>: what is in remote storage is read, and nothing is copied any more
    /// (KIP-950).</summary>
    public bool RemoteLogCopyDisable { get; init; }
    /// <summary><c>remote.log.delete.on.disable</c>: with <see cref="RemoteStorageEnable"/> off, copies are
    /// deleted.</summary>
    public bool RemoteLogDeleteOnDisable { get; init; }
    /// <summary><c>local.retention.ms</c>; -2 for <see cref="RetentionMs"/>.</summary>
    public long LocalRetentionMs { get; init; } = SameAsTotal;
    /// <summary><c>local.retention.bytes</c>; -2 for <see cref="RetentionBytes"/>.</summary>
    public long LocalRetentionBytes { get; init; } = SameAsTotal;
    /// <summary><c>remote.copy.lag.ms</c>: how old a closed segment must be to be copied; 0 for no limit
    /// (KIP-1241).</summary>
    public long RemoteCopyLagMs { get; init; }
    /// <summary><c>remote.copy.lag.bytes</c>: how much must lie behind a closed segment before it is copied; 0 for no
    /// limit.</summary>
    public long RemoteCopyLagBytes { get; init; }

    /// <summary>Local segments are copied, and local retention is apart from the total one.</summary>
    public bool IsTiering => RemoteStorageEnable && !RemoteLogCopyDisable;

    /// <summary>How long segments stay local once they are copied.</summary>
    internal long EffectiveLocalRetentionMs => LocalRetentionMs == SameAsTotal ? RetentionMs : LocalRetentionMs;

    /// <summary>How many bytes stay local once they are copied.</summary>
    internal long EffectiveLocalRetentionBytes =>
        LocalRetentionBytes == SameAsTotal ? RetentionBytes : LocalRetentionBytes;

    /// <summary>Time after which a segment is closed. The newest one is never compacted, so that a limit for compaction
    /// is one for segments too.</summary>
    internal long RollMs => IsCompacted ? Math.Min(SegmentMs, MaxCompactionLagMs) : SegmentMs;

    internal bool IsCompacted => (CleanupPolicy & CleanupPolicies.Compact) != 0;

    private const long SameAsTotal = -2;
    private const long DayMs = 24L * 60 * 60 * 1000;
}
