namespace Platform.Storage;

/// <summary>
/// Ties a transactional append to the coordinator's word that the partition is part of the transaction (KIP-890). A
/// marker that is appended in between makes it void, so that a late append cannot open a transaction that nobody ends.
/// </summary>
public sealed class VerificationGuard
{
    /// <summary>Nobody asked, because <c>transaction.partition.verification.enable</c> is off.</summary>
    public static readonly VerificationGuard NotAsked = new();

    internal VerificationGuard()
    {
    }
}
