namespace Platform.Cluster.Replication;

/// <summary>
/// The in-sync replicas as their leader knows them. While a change is on its way to the controller nobody can tell which
/// of two sets counts, so that the larger one holds the high watermark back.
/// </summary>
public abstract class IsrState
{
    private protected IsrState(CommittedIsr? committed) => Committed = committed ?? (CommittedIsr)this;

    /// <summary>What the controller committed last.</summary>
    public CommittedIsr Committed { get; }

    /// <summary>Brokers that may be in sync, whatever the controller answers.</summary>
    public abstract IReadOnlyList<int> MaximalIsr { get; }

    /// <summary>True while the controller has not answered; there is one change at a time.</summary>
    public bool IsInFlight => !ReferenceEquals(this, Committed);

    /// <summary>True for a member of <see cref="MaximalIsr"/>. Asked with every append.</summary>
    public bool MayBeInSync(int brokerId)
    {
        var members = MaximalIsr;
        for (var i = 0; i < members.Count; i++)
            if (members[i] == brokerId)
                return true;
        return false;
    }
}

/// <summary>No change is on its way.</summary>
public sealed class CommittedIsr(IReadOnlyList<int> isr) : IsrState(null)
{
    /// <summary>Brokers in sync.</summary>
    public IReadOnlyList<int> Isr { get; } = [.. isr];

    /// <inheritdoc/>
    public override IReadOnlyList<int> MaximalIsr => Isr;
}

/// <summary>A follower has caught up and is proposed. It counts for the watermark at once: the controller may elect it
/// before the answer is here.</summary>
public sealed class PendingExpand(CommittedIsr committed, int joining) : IsrState(committed)
{
    /// <summary>The follower.</summary>
    public int Joining { get; } = joining;

    /// <inheritdoc/>
    public override IReadOnlyList<int> MaximalIsr { get; } = [.. committed.Isr, joining];
}

/// <summary>Followers lag and are proposed to leave. They still count: until the controller agrees it may elect
/// them.</summary>
public sealed class PendingShrink(CommittedIsr committed, IReadOnlyList<int> leaving) : IsrState(committed)
{
    /// <summary>The followers.</summary>
    public IReadOnlyList<int> Leaving { get; } = leaving;

    /// <inheritdoc/>
    public override IReadOnlyList<int> MaximalIsr => Committed.Isr;
}
