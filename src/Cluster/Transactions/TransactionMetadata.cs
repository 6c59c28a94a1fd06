using System.Collections.Immutable;
using Platform.Protocol;

namespace Platform.Cluster.Transactions;

/// <summary>Everything that the log keeps of a transactional id. Replaced as a whole by every record.</summary>
internal sealed record TransactionMetadata
{
    /// <summary>The last epoch but one of the int16: one must be left to fence whoever has it.</summary>
    private const short LargestEpochOfClients = short.MaxValue - 1;
    private const long None = -1;

    public required string TransactionalId { get; init; }
    public required long ProducerId { get; init; }

    /// <summary>Producer id before the last change, for retries that were under way; -1 for none.</summary>
    public long PreviousProducerId { get; init; } = None;

    /// <summary>Producer id once a transaction that used up the epochs is over; -1 for none.</summary>
    public long NextProducerId { get; init; } = None;

    public required short Epoch { get; init; }
    public required int TimeoutMs { get; init; }
    public TransactionState State { get; init; }
    public ImmutableSortedSet<TopicPartition> Partitions { get; init; } = [];

    /// <summary>When the transaction began, in ms since 1970; -1 when none has.</summary>
    public long StartMs { get; init; } = None;

    public long LastUpdateMs { get; init; }

    /// <summary>Version of the transaction protocol that the last transaction was written in.</summary>
    public short ClientVersion { get; init; }

    /// <summary>True while the outcome is decided and markers are being written.</summary>
    public bool IsPrepared => State is TransactionState.PrepareCommit or TransactionState.PrepareAbort;

    public bool IsEpochExhausted => IsExhausted(Epoch);

    public bool HasTimedOut(long nowMs) => State == TransactionState.Ongoing && nowMs - StartMs > TimeoutMs;

    public static bool IsExhausted(short epoch) => epoch >= LargestEpochOfClients;

    /// <summary>A transaction gets more partitions, or begins with them.</summary>
    public TransactionMetadata WithPartitions(IEnumerable<TopicPartition> added, short clientVersion, long nowMs) =>
        this with
        {
            State = TransactionState.Ongoing,
            Partitions = Partitions.Union(added),
            StartMs = State == TransactionState.Ongoing ? StartMs : nowMs,
            LastUpdateMs = nowMs,
            PreviousProducerId = ProducerId,
            ClientVersion = clientVersion,
        };

    /// <summary>The outcome is decided.</summary>
    /// <param name="commit">Commit, not abort.</param>
    /// <param name="clientVersion">Version of the protocol in which the end was asked for.</param>
    /// <param name="nextProducerId">A new id when the epochs of this one are used up, or -1.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    public TransactionMetadata Prepare(bool commit, short clientVersion, long nextProducerId, long nowMs) => this with
    {
        State = commit ? TransactionState.PrepareCommit : TransactionState.PrepareAbort,
        // At the end of the epochs an abort goes through with the last one, so that the id can recover.
        Epoch = clientVersion >= TransactionVersion.EpochBump && Epoch < short.MaxValue ? (short)(Epoch + 1) : Epoch,
        NextProducerId = nextProducerId,
        PreviousProducerId = ProducerId,
        StartMs = State == TransactionState.Ongoing ? StartMs : nowMs,
        LastUpdateMs = nowMs,
        ClientVersion = clientVersion,
    };

    /// <summary>All markers are written.</summary>
    public TransactionMetadata Complete(long nowMs) => this with
    {
        State = State == TransactionState.PrepareCommit
            ? TransactionState.CompleteCommit
            : TransactionState.CompleteAbort,
        ProducerId = NextProducerId != None ? NextProducerId : ProducerId,
        Epoch = NextProducerId != None ? (short)0 : Epoch,
        PreviousProducerId = ProducerId,
        NextProducerId = None,
        Partitions = [],
        LastUpdateMs = nowMs,
    };

    /// <summary>A producer takes the id over.</summary>
    public TransactionMetadata Initialize(long producerId, short epoch, int timeoutMs, long nowMs) => this with
    {
        State = TransactionState.Empty,
        ProducerId = producerId,
        Epoch = epoch,
        PreviousProducerId = ProducerId,
        NextProducerId = None,
        TimeoutMs = timeoutMs,
        Partitions = [],
        StartMs = None,
        LastUpdateMs = nowMs,
    };
}
