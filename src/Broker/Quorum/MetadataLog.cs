using Platform.Cluster.Configuration;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Quorum;

/// <summary>The log <c>__cluster_metadata-0</c> in terms of raft. Written by the quorum's thread only; reading takes no
/// lock and may come from anywhere.</summary>
internal sealed class MetadataLog(UnifiedLog log)
{
    /// <summary>The partition, with the id that every cluster gives it.</summary>
    public static readonly TopicIdPartition Partition = new(Uuid.MetadataTopic, MetadataPartition.TopicPartition);

    /// <summary>Its directory, which holds <c>quorum-state</c> as well.</summary>
    public string DirectoryPath => log.DirectoryPath;

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
    };

    /// <summary>Forces all to disk and says what is there.</summary>
    public RaftLogFacts Open()
    {
        log.Flush();
        var epochs = new Stack<EpochStart>();
        for (var epoch = log.LatestEpoch; epoch >= 0;)
        {
            var (previous, start) = log.EndOffsetForEpoch(epoch - 1);
            epochs.Push(new EpochStart(epoch, Math.Max(start, log.LogStartOffset)));
            epoch = start <= log.LogStartOffset ? -1 : previous;
        }
        return new RaftLogFacts(log.LogStartOffset, log.LogEndOffset, epochs);
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
    public ReadOnlyMemory<byte> Read(long offset, int maxBytes)
    {
        var found = log.Read(offset, maxBytes, FetchIsolation.LogEnd, minOneMessage: true);
        try
        {
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
