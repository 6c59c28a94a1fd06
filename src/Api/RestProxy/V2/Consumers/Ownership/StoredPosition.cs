namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>Where an instance reads next in a partition.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">Offset of the next record.</param>
/// <param name="SoughtOver">
/// What the group had committed when the client went somewhere else, or null when it did not: that commit is older than
/// the position, even where it is further on.
/// </param>
internal sealed record StoredPosition(string Topic, int Partition, long Offset, long? SoughtOver = null)
{
    /// <summary>True when the instance goes on here rather than at what its group has committed.</summary>
    /// <param name="committed">The committed offset, or -1 when there is none.</param>
    public bool IsNewerThan(long committed) => committed == SoughtOver || Offset > committed;
}
