namespace Platform.Cluster.Transactions;

/// <summary>Levels of the feature <c>transaction.version</c> (KIP-584).</summary>
public static class TransactionVersion
{
    /// <summary>Name of the feature.</summary>
    public const string FeatureName = "transaction.version";

    /// <summary>Values of the log may have tagged fields.</summary>
    public const short FlexibleLog = 1;

    /// <summary>Every transaction has an epoch of its own, and partitions join it by being written to (KIP-890).</summary>
    public const short EpochBump = 2;

    /// <summary>Level of a new cluster.</summary>
    public const short Latest = EpochBump;

    /// <summary>Version of EndTxn from which a client speaks <see cref="EpochBump"/>.</summary>
    public const short EndTxnWithEpochBump = 5;
}
