namespace Platform.Cluster.Transactions;

/// <summary>How far a transactional id is. The numbers are those of Kafka's log, the names those of its tools.</summary>
public enum TransactionState
{
    /// <summary>The id is known and has no transaction.</summary>
    Empty = 0,

    /// <summary>A transaction is open.</summary>
    Ongoing = 1,

    /// <summary>To be committed; the decision is final, markers are being written.</summary>
    PrepareCommit = 2,

    /// <summary>To be aborted; the decision is final, markers are being written.</summary>
    PrepareAbort = 3,

    /// <summary>Committed in all partitions.</summary>
    CompleteCommit = 4,

    /// <summary>Aborted in all partitions.</summary>
    CompleteAbort = 5,

    /// <summary>The id has expired.</summary>
    Dead = 6,
}
