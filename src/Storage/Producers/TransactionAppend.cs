namespace Platform.Storage;

/// <summary>What an append brings along when it is part of a transaction, or ends one.</summary>
/// <param name="Guard">From <see cref="UnifiedLog.StartVerification"/>; for the append that opens a transaction
/// here.</param>
/// <param name="Version">Version of the transaction protocol of a marker: from 2 on every transaction has an epoch of
/// its own (KIP-890).</param>
public readonly record struct TransactionAppend(VerificationGuard? Guard, short Version = 0)
{
    /// <summary>First version in which the end of a transaction bumps the producer's epoch.</summary>
    public const short EpochBumpVersion = 2;

    internal bool BumpsEpoch => Version >= EpochBumpVersion;
}
