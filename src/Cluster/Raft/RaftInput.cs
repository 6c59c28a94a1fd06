using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>Everything that can happen to a <see cref="RaftNode"/>.</summary>
public abstract record RaftInput
{
    private RaftInput()
    {
    }

    /// <summary>Time passed; due at <see cref="RaftNode.NextTickMs"/> at the latest.</summary>
    public sealed record Tick : RaftInput
    {
        /// <summary>The one instance.</summary>
        public static readonly Tick Instance = new();
    }

    /// <summary>A request arrived: Vote, BeginQuorumEpoch, EndQuorumEpoch, Fetch or DescribeQuorum.</summary>
    /// <param name="Token">Handed back with the reply, which may come in a later step.</param>
    /// <param name="Message">The request.</param>
    public sealed record Request(long Token, IRequest Message) : RaftInput;

    /// <summary>A request that was sent got its response, or never will.</summary>
    /// <param name="RequestId">As in <see cref="RaftOutput.Send"/>.</param>
    /// <param name="From">The node that was asked.</param>
    /// <param name="Message">The response, or null when the request failed.</param>
    public sealed record Response(long RequestId, int From, IResponse? Message) : RaftInput;

    /// <summary>A request that was sent found nobody listening where the node listened: its process has ended, or has not
    /// begun. Silence is no refusal.</summary>
    /// <param name="RequestId">As in <see cref="RaftOutput.Send"/>.</param>
    /// <param name="From">The node that was asked.</param>
    public sealed record Refused(long RequestId, int From) : RaftInput;

    /// <summary>The leader shall append record batches; base offsets and epochs are set by the node.</summary>
    /// <param name="Batches">Whole batches of format 2, at most <see cref="RaftSettings.MaxBatchBytes"/> in
    /// all.</param>
    public sealed record Append(ReadOnlyMemory<byte> Batches) : RaftInput;

    /// <summary>Everything below an offset is on disk.</summary>
    /// <param name="Offset">The offset.</param>
    public sealed record LogFlushed(long Offset) : RaftInput;

    /// <summary>A snapshot of what is committed lies on disk; the log may begin later from now on.</summary>
    /// <param name="Snapshot">Where the snapshot ends.</param>
    /// <param name="Start">Where the log begins now: the end of this or an older snapshot, or as before.</param>
    public sealed record SnapshotTaken(OffsetAndEpoch Snapshot, OffsetAndEpoch Start) : RaftInput;

    /// <summary>A snapshot that was installed names these voters (KIP-853).</summary>
    public sealed record SnapshotLoaded(VoterSet Voters) : RaftInput;

    /// <summary>The node is about to stop: a leader resigns and names its successors, nobody starts
    /// elections.</summary>
    public sealed record Shutdown : RaftInput
    {
        /// <summary>The one instance.</summary>
        public static readonly Shutdown Instance = new();
    }
}
