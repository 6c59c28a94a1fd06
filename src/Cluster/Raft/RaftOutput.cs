using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>What the caller of <see cref="RaftNode.Step"/> must do, strictly in the order of the list.</summary>
public abstract record RaftOutput
{
    private RaftOutput()
    {
    }

    /// <summary>Replace the file <c>quorum-state</c> and force it to disk before anything that follows.</summary>
    /// <param name="State">The new state.</param>
    public sealed record SaveQuorumState(QuorumState State) : RaftOutput;

    /// <summary>Append batches whose offsets and epochs are set already. Not to be kept: the bytes may belong to a
    /// frame.</summary>
    /// <param name="BaseOffset">Offset of the first record; the log must end here.</param>
    /// <param name="NextOffset">Offset after the last record.</param>
    /// <param name="Batches">Whole batches of format 2.</param>
    public sealed record AppendToLog(long BaseOffset, long NextOffset, ReadOnlyMemory<byte> Batches) : RaftOutput;

    /// <summary>Remove everything from an offset on; it was never committed. A flush that is still under way must not
    /// be reported any more: what it covered is gone.</summary>
    /// <param name="EndOffset">Where the log shall end.</param>
    public sealed record TruncateLog(long EndOffset) : RaftOutput;

    /// <summary>Force the log to disk and then say <see cref="RaftInput.LogFlushed"/>. Several may be answered by
    /// one.</summary>
    /// <param name="UpTo">The end of the log.</param>
    public sealed record Flush(long UpTo) : RaftOutput;

    /// <summary>Send a request and answer with <see cref="RaftInput.Response"/>, also when it fails.</summary>
    /// <param name="RequestId">Names the request.</param>
    /// <param name="NodeId">A voter.</param>
    /// <param name="Message">The request.</param>
    public sealed record Send(long RequestId, int NodeId, IRequest Message) : RaftOutput;

    /// <summary>Answer a request.</summary>
    /// <param name="Token">As in <see cref="RaftInput.Request"/>.</param>
    /// <param name="Message">The response.</param>
    public sealed record Reply(long Token, IResponse Message) : RaftOutput;

    /// <summary>Answer a fetch with records: read whole batches, at least one, into the response's only
    /// partition.</summary>
    /// <param name="Token">As in <see cref="RaftInput.Request"/>.</param>
    /// <param name="Message">The response, still without records.</param>
    /// <param name="Offset">Where to start reading.</param>
    /// <param name="MaxBytes">Where to stop, once there is one batch.</param>
    public sealed record ReplyWithRecords(long Token, FetchResponse Message, long Offset, int MaxBytes) : RaftOutput
    {
        /// <summary>Puts the records in their place.</summary>
        public FetchResponse Fill(ReadOnlyMemory<byte> batches)
        {
            Message.Responses[0].Partitions[0].Records = new RecordsData(batches);
            return Message;
        }
    }

    /// <summary>Answer a FetchSnapshot: read a piece of the snapshot, or say that it is not there
    /// (SNAPSHOT_NOT_FOUND) or ends before the position (POSITION_OUT_OF_RANGE).</summary>
    /// <param name="Token">As in <see cref="RaftInput.Request"/>.</param>
    /// <param name="Message">The response, with everything but size and bytes.</param>
    /// <param name="Snapshot">Which snapshot.</param>
    /// <param name="Position">Where to start reading, in bytes.</param>
    /// <param name="MaxBytes">Most bytes to read.</param>
    public sealed record ReplyWithSnapshot(
        long Token, FetchSnapshotResponse Message, OffsetAndEpoch Snapshot, long Position, int MaxBytes) : RaftOutput;

    /// <summary>Write a piece of a snapshot that is being fetched. Position 0 begins anew.</summary>
    /// <param name="Snapshot">Which snapshot.</param>
    /// <param name="Position">Where the piece belongs.</param>
    /// <param name="Bytes">The piece. Not to be kept.</param>
    public sealed record WriteSnapshot(OffsetAndEpoch Snapshot, long Position, ReadOnlyMemory<byte> Bytes) : RaftOutput;

    /// <summary>The fetched snapshot is whole: force it to disk under its name, and only then empty the log and have it
    /// begin where the snapshot ends.</summary>
    /// <param name="Snapshot">Which snapshot.</param>
    public sealed record InstallSnapshot(OffsetAndEpoch Snapshot) : RaftOutput;

    /// <summary>Everything below the offset is committed.</summary>
    /// <param name="HighWatermark">The new high watermark.</param>
    public sealed record HighWatermarkAdvanced(long HighWatermark) : RaftOutput;

    /// <summary>Another leader, another epoch, or this node stopped leading.</summary>
    /// <param name="Leader">Leader and epoch; the leader is null when it is not known, or resigned.</param>
    /// <param name="EpochStartOffset">When this node leads: offset of its first record. Once that is committed, this
    /// node knows all that was committed before.</param>
    public sealed record LeaderChanged(LeaderAndEpoch Leader, long? EpochStartOffset) : RaftOutput;

    /// <summary>A node that may be no voter, as far as this one knows, said where it listens.</summary>
    public sealed record EndpointLearned(int NodeId, string Host, int Port) : RaftOutput;

    /// <summary>An append was refused; nothing was written.</summary>
    /// <param name="Error"><see cref="ErrorCode.NotController"/> on a node that does not lead,
    /// <see cref="ErrorCode.RecordListTooLarge"/> or <see cref="ErrorCode.CorruptMessage"/> for wrong batches.</param>
    public sealed record AppendRefused(ErrorCode Error) : RaftOutput;
}
