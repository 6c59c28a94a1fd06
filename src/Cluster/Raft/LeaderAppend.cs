using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Cluster.Raft;

/// <summary>Appends what the state machine above hands to the leader, after giving it offsets and the epoch.</summary>
internal static class LeaderAppend
{
    internal static void Take(RaftContext raft, ReadOnlyMemory<byte> batches)
    {
        if (raft.Leading is not { } leader)
            raft.Emit(new RaftOutput.AppendRefused(ErrorCode.NotController));
        else if (batches.Length > RaftSettings.MaxBatchBytes)
            raft.Emit(new RaftOutput.AppendRefused(ErrorCode.RecordListTooLarge));
        else if (!TryStamp(batches.ToArray(), raft.Log.EndOffset, raft.Epoch, out var stamped, out var recordCount))
            raft.Emit(new RaftOutput.AppendRefused(ErrorCode.CorruptMessage));
        else
            leader.Append(stamped, recordCount);
    }

    // Base offset and epoch lie outside of the checksum, so that they can be set in place.
    private static bool TryStamp(byte[] bytes, long baseOffset, int epoch, out ReadOnlyMemory<byte> stamped,
        out int recordCount)
    {
        stamped = bytes;
        recordCount = 0;
        try
        {
            var position = 0;
            foreach (var batch in RecordBatches.In(bytes))
            {
                var span = bytes.AsSpan(position);
                BinaryPrimitives.WriteInt64BigEndian(span, baseOffset + recordCount);
                BinaryPrimitives.WriteInt32BigEndian(span[RecordBatchHeader.PartitionLeaderEpochPosition..], epoch);
                position += batch.Header.SizeInBytes;
                recordCount += batch.Header.LastOffsetDelta + 1;
            }
            return position == bytes.Length && recordCount > 0;
        }
        catch (CorruptRecordException)
        {
            return false;
        }
    }
}
