using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>
/// Values of <c>__remote_log_metadata</c>, in Kafka's layout (KIP-405): frame version, type and version as unsigned
/// varints, then the body. Version 0 is written, which every broker with tiered storage reads.
/// </summary>
internal static class RemoteLogMetadataSerde
{
    private const uint FrameVersion = 1;
    private const short WrittenVersion = 0;
    private const short NewestVersion = 1;
    private const uint SegmentType = 0;
    private const uint UpdateType = 1;
    private const uint DeleteType = 2;
    private const uint SnapshotType = 3;

    /// <summary>The bytes of a copy that is begun.</summary>
    public static byte[] Write(RemoteLogSegmentMetadata metadata) => Write(SegmentType, new RemoteLogSegmentMetadataRecord
    {
        RemoteLogSegmentId = new()
        {
            TopicIdPartition = Partition(metadata.RemoteLogSegmentId.TopicIdPartition,
                static (name, id, number) => new RemoteLogSegmentMetadataRecord.RemoteTopicIdPartitionEntry
                    { Name = name, Id = id, Partition = number }),
            Id = metadata.RemoteLogSegmentId.Id,
        },
        StartOffset = metadata.StartOffset,
        EndOffset = metadata.EndOffset,
        BrokerId = metadata.BrokerId,
        MaxTimestampMs = metadata.MaxTimestampMs,
        EventTimestampMs = metadata.EventTimestampMs,
        SegmentLeaderEpochs = [.. metadata.SegmentLeaderEpochs.Select(static entry =>
            new RemoteLogSegmentMetadataRecord.SegmentLeaderEpochEntry
                { LeaderEpoch = entry.Epoch, Offset = entry.StartOffset })],
        SegmentSizeInBytes = metadata.SegmentSizeInBytes,
        CustomMetadata = metadata.CustomMetadata?.ToArray(),
        RemoteLogSegmentState = (sbyte)metadata.State,
        TxnIndexEmpty = metadata.TxnIndexEmpty,
    });

    /// <summary>The bytes of a change of a copy.</summary>
    public static byte[] Write(RemoteLogSegmentMetadataUpdate update) => Write(UpdateType,
        new RemoteLogSegmentMetadataUpdateRecord
        {
            RemoteLogSegmentId = new()
            {
                TopicIdPartition = Partition(update.RemoteLogSegmentId.TopicIdPartition,
                    static (name, id, number) => new RemoteLogSegmentMetadataUpdateRecord.RemoteTopicIdPartitionEntry
                        { Name = name, Id = id, Partition = number }),
                Id = update.RemoteLogSegmentId.Id,
            },
            BrokerId = update.BrokerId,
            EventTimestampMs = update.EventTimestampMs,
            CustomMetadata = update.CustomMetadata?.ToArray(),
            RemoteLogSegmentState = (sbyte)update.State,
        });

    /// <summary>The bytes of a step in the deletion of everything remote of a partition.</summary>
    public static byte[] Write(RemotePartitionDeletion deletion) => Write(DeleteType,
        new RemotePartitionDeleteMetadataRecord
        {
            TopicIdPartition = Partition(deletion.TopicIdPartition,
                static (name, id, number) => new RemotePartitionDeleteMetadataRecord.RemoteTopicIdPartitionEntry
                    { Name = name, Id = id, Partition = number }),
            BrokerId = deletion.BrokerId,
            EventTimestampMs = deletion.EventTimestampMs,
            RemotePartitionDeleteState = (sbyte)deletion.State,
        });

    /// <summary>Reads a record as its schema says.</summary>
    /// <exception cref="ProtocolException">Malformed bytes, or a type or version that this node does not know.</exception>
    public static IMessage ReadMessage(ReadOnlyMemory<byte> value)
    {
        var reader = new ProtocolReader(value);
        var frame = reader.ReadUnsignedVarint();
        if (frame != FrameVersion)
            throw new ProtocolException($"remote log metadata with frame version {frame}; only {FrameVersion} is known");
        var type = reader.ReadUnsignedVarint();
        var version = reader.ReadUnsignedVarint();
        IMessage message = type switch
        {
            SegmentType => new RemoteLogSegmentMetadataRecord(),
            UpdateType => new RemoteLogSegmentMetadataUpdateRecord(),
            DeleteType => new RemotePartitionDeleteMetadataRecord(),
            SnapshotType => new RemoteLogSegmentMetadataSnapshotRecord(),
            _ => throw new ProtocolException(
                $"remote log metadata of unknown type {type}; a newer node wrote it, upgrade this one"),
        };
        if (version > NewestVersion)
            throw new ProtocolException($"{message.GetType().Name} of version {version}, but this node knows them only up "
                + $"to {NewestVersion}; a newer node wrote it, upgrade this one");
        message.Read(ref reader, (short)version);
        return message;
    }

    /// <summary>Reads a record: a <see cref="RemoteLogSegmentMetadata"/>, <see cref="RemoteLogSegmentMetadataUpdate"/> or
    /// <see cref="RemotePartitionDeletion"/>, and the partition that it is about; null for a kind that is of no use
    /// here.</summary>
    /// <exception cref="ProtocolException">Malformed bytes, or a type or version that this node does not know.</exception>
    public static (TopicIdPartition Partition, object Change)? Read(ReadOnlyMemory<byte> value) =>
        ReadMessage(value) switch
        {
            RemoteLogSegmentMetadataRecord record => ToMetadata(record),
            RemoteLogSegmentMetadataUpdateRecord record => ToUpdate(record),
            RemotePartitionDeleteMetadataRecord record => ToDeletion(record),
            _ => null,
        };

    private static (TopicIdPartition, object) ToMetadata(RemoteLogSegmentMetadataRecord record)
    {
        var partition = record.RemoteLogSegmentId.TopicIdPartition;
        var id = new TopicIdPartition(partition.Id, new TopicPartition(partition.Name, partition.Partition));
        return (id, new RemoteLogSegmentMetadata
        {
            RemoteLogSegmentId = new RemoteLogSegmentId(id, record.RemoteLogSegmentId.Id),
            StartOffset = record.StartOffset,
            EndOffset = record.EndOffset,
            BrokerId = record.BrokerId,
            MaxTimestampMs = record.MaxTimestampMs,
            EventTimestampMs = record.EventTimestampMs,
            SegmentLeaderEpochs = [.. record.SegmentLeaderEpochs.Select(static entry => (entry.LeaderEpoch, entry.Offset))],
            SegmentSizeInBytes = record.SegmentSizeInBytes,
            CustomMetadata = Copy(record.CustomMetadata),
            State = (RemoteLogSegmentState)record.RemoteLogSegmentState,
            TxnIndexEmpty = record.TxnIndexEmpty,
        });
    }

    private static (TopicIdPartition, object) ToUpdate(RemoteLogSegmentMetadataUpdateRecord record)
    {
        var partition = record.RemoteLogSegmentId.TopicIdPartition;
        var id = new TopicIdPartition(partition.Id, new TopicPartition(partition.Name, partition.Partition));
        return (id, new RemoteLogSegmentMetadataUpdate(new RemoteLogSegmentId(id, record.RemoteLogSegmentId.Id),
            record.EventTimestampMs, (RemoteLogSegmentState)record.RemoteLogSegmentState, record.BrokerId)
        {
            CustomMetadata = Copy(record.CustomMetadata),
        });
    }

    private static (TopicIdPartition, object) ToDeletion(RemotePartitionDeleteMetadataRecord record)
    {
        var partition = record.TopicIdPartition;
        var id = new TopicIdPartition(partition.Id, new TopicPartition(partition.Name, partition.Partition));
        return (id, new RemotePartitionDeletion(id, (RemotePartitionDeleteState)record.RemotePartitionDeleteState,
            record.EventTimestampMs, record.BrokerId));
    }

    private static ReadOnlyMemory<byte>? Copy(byte[]? bytes)
    {
        if (bytes is null)
            return default;
        return bytes;
    }

    private static T Partition<T>(TopicIdPartition partition, Func<string, Uuid, int, T> make) =>
        make(partition.Topic, partition.TopicId, partition.Partition);

    private static byte[] Write(uint type, IMessage message)
    {
        using var writer = new ProtocolWriter();
        writer.WriteUnsignedVarint(FrameVersion);
        writer.WriteUnsignedVarint(type);
        writer.WriteUnsignedVarint((uint)WrittenVersion);
        message.Write(writer, WrittenVersion);
        return writer.Written.ToArray();
    }
}

/// <summary>A step in the deletion of everything remote of a partition.</summary>
internal sealed record RemotePartitionDeletion(
    TopicIdPartition TopicIdPartition, RemotePartitionDeleteState State, long EventTimestampMs, int BrokerId);
