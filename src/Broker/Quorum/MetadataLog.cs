using Platform.Cluster.Configuration;
using Platform.Cluster.Raft;
using Platform.Protocol.Records;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Quorum;

/// <summary>The log <c>__cluster_metadata-0</c> in terms of raft. Written by the quorum's thread only; reading takes no
/// lock and may come from anywhere.</summary>
internal sealed class MetadataLog(UnifiedLog log, IFileSystem files)
{
    /// <summary>The partition, with the id that every cluster gives it.</summary>
    public static readonly TopicIdPartition Partition = new(Uuid.MetadataTopic, MetadataPartition.TopicPartition);

    /// <summary>Its directory, which holds <c>quorum-state</c> as well.</summary>
    public string DirectoryPath => log.DirectoryPath;

    /// <summary>Its snapshots.</summary>
    public SnapshotStore Snapshots { get; } = new(files, log.DirectoryPath);

    /// <summary>Offset of the first record.</summary>
    public long StartOffset => log.LogStartOffset;

    /// <summary>Offset after the last record.</summary>
    public long EndOffset => log.LogEndOffset;

    /// <summary>Settings of the log: whole batches of raft's size, and nothing is ever deleted by age or size, since
    /// only a snapshot may take the place of records.</summary>
    public static LogConfig Settings(BrokerConfig config) => new()
    {
        SegmentBytes = config[BrokerConfigs.MetadataLogSegmentBytes],
        SegmentMs = config[BrokerConfigs.MetadataLogSegmentMs],
        RetentionMs = -1,
        RetentionBytes = -1,
        MaxMessageBytes = RaftSettings.MaxBatchBytes,
        MayUseReserve = true,
    };

    /// <summary>Forces all to disk and says what is there.</summary>
    /// <exception cref="KafkaStorageException">The log begins behind the newest snapshot: what came before is
    /// lost.</exception>
    public RaftLogFacts Open()
    {
        log.Flush();
        var latest = Snapshots.Latest;
        // The node was cut off between keeping the leader's snapshot and dropping its own log.
        if (latest is { } snapshot && snapshot.Offset > log.LogEndOffset)
            log.TruncateFullyAndStartAt(snapshot.Offset);
        var start = FindStart();
        return new RaftLogFacts(start, log.LogEndOffset, Epochs(start.Offset), latest, VoterSets(latest));
    }

    // Those of the newest snapshot, and what the log says after it (KIP-853).
    private List<VotersAt> VoterSets(OffsetAndEpoch? latest)
    {
        var found = new List<VotersAt>();
        if (latest is { } snapshot && Snapshots.ReadVoters(snapshot) is { } voters)
            found.Add(new VotersAt(snapshot.Offset - 1, voters));
        for (var offset = Math.Max(log.LogStartOffset, latest?.Offset ?? 0); offset < log.LogEndOffset;)
        {
            foreach (var batch in RecordBatches.In(Read(offset, RaftSettings.MaxBatchBytes)))
            {
                found.AddRange(VoterRecords.In(batch));
                offset = batch.Header.NextOffset;
            }
        }
        return found;
    }

    // Segments are deleted as a whole: what is left may begin before the snapshot that the log was said to begin at.
    private OffsetAndEpoch FindStart()
    {
        if (log.LogStartOffset == 0)
            return default;
        foreach (var (id, _, _) in Snapshots.List())
        {
            if (id.Offset < log.LogStartOffset)
                continue;
            log.UpdateHighWatermark(id.Offset);
            log.MaybeIncrementLogStartOffset(id.Offset);
            return id;
        }
        throw new KafkaStorageException(DirectoryPath,
            $"The metadata log begins at offset {log.LogStartOffset}, and there is no snapshot of what came before. "
            + "Restore the .checkpoint file, or empty this directory: the node fetches all from the other voters.");
    }

    private List<EpochStart> Epochs(long startOffset)
    {
        var epochs = new List<EpochStart>();
        var all = log.LeaderEpochs;
        for (var i = 0; i < all.Count; i++)
        {
            var end = i + 1 < all.Count ? all[i + 1].StartOffset : log.LogEndOffset;
            if (end > startOffset)
                epochs.Add(new EpochStart(all[i].Epoch, Math.Max(all[i].StartOffset, startOffset)));
        }
        return epochs;
    }

    /// <summary>Where the log may begin after a snapshot was taken: the oldest but one snapshot, when log and snapshots
    /// are larger or older than retention allows.</summary>
    /// <param name="current">Where it begins now.</param>
    /// <param name="maxBytes">metadata.max.retention.bytes; below 0 for no limit.</param>
    /// <param name="maxAgeMs">metadata.max.retention.ms; below 0 for no limit.</param>
    /// <param name="nowMs">The time.</param>
    public OffsetAndEpoch NextStart(OffsetAndEpoch current, long maxBytes, long maxAgeMs, long nowMs)
    {
        if (Snapshots.List() is not [var oldest, var next, ..] snapshots)
            return current;
        var bytes = log.SizeInBytes + snapshots.Sum(snapshot => snapshot.SizeInBytes);
        var isTooMuch = (maxBytes >= 0 && bytes > maxBytes) || (maxAgeMs >= 0 && nowMs - oldest.WrittenMs > maxAgeMs);
        return isTooMuch ? next.Id : current;
    }

    /// <summary>Deletes what lies before the start of the log.</summary>
    public void DeleteBefore(OffsetAndEpoch start, long nowMs)
    {
        if (!log.MaybeIncrementLogStartOffset(start.Offset))
            return;
        log.DeleteOldSegments(nowMs);
        Snapshots.DeleteBefore(start);
    }

    /// <summary>A snapshot that was fetched takes the place of the log.</summary>
    public void Install(OffsetAndEpoch snapshot)
    {
        Snapshots.Finish(snapshot);
        log.TruncateFullyAndStartAt(snapshot.Offset);
    }

    /// <summary>Appends batches that have their offsets.</summary>
    /// <exception cref="KafkaStorageException">They could not be written; the node must stop, since raft counts on
    /// them.</exception>
    public void Append(RaftOutput.AppendToLog append)
    {
        var appended = log.AppendAsFollower(append.Batches);
        if (appended.Error != ErrorCode.None || log.LogEndOffset != append.NextOffset)
            throw new KafkaStorageException(DirectoryPath,
                $"Appending offsets {append.BaseOffset} to {append.NextOffset - 1} of the "
                + $"metadata log failed, it ends at {log.LogEndOffset}: {appended.ErrorMessage}");
    }

    /// <summary>Cuts the log.</summary>
    public void Truncate(long endOffset) => log.TruncateTo(endOffset);

    /// <summary>Forces all to disk.</summary>
    /// <returns>The offset below which everything is there.</returns>
    public long Flush()
    {
        var end = log.LogEndOffset;
        log.Flush();
        return end;
    }

    /// <summary>Notes what is committed, for those who read the log as an ordinary one.</summary>
    public void Commit(long highWatermark) => log.UpdateHighWatermark(highWatermark);

    /// <summary>Copies whole batches from an offset on: at least one, unless the log ends there.</summary>
    public ReadOnlyMemory<byte> Read(long offset, int maxBytes) => TryRead(offset, maxBytes)
        ?? throw new KafkaStorageException(DirectoryPath,
            $"Offset {offset} of the metadata log lies outside of {StartOffset} to {EndOffset}.");

    /// <summary>As <see cref="Read"/>; null when a snapshot has taken the place of the offset meanwhile.</summary>
    public ReadOnlyMemory<byte>? TryRead(long offset, int maxBytes)
    {
        var found = log.Read(offset, maxBytes, FetchIsolation.LogEnd, minOneMessage: true);
        try
        {
            if (found.Error == ErrorCode.OffsetOutOfRange)
                return null;
            if (found.Error != ErrorCode.None)
                throw new KafkaStorageException(DirectoryPath,
                    $"Reading offset {offset} of the metadata log failed: {found.Error}");
            if (found.Records.Slice is not { } slice)
                return found.Records.Memory.ToArray();
            var bytes = new byte[slice.SizeInBytes];
            slice.CopyTo(bytes);
            return bytes;
        }
        finally
        {
            found.Release();
        }
    }
}
