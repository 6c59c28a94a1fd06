using Platform.Protocol;

namespace Platform.Cluster.Replication;

/// <summary>A broker of a proposed in-sync set.</summary>
/// <param name="BrokerId">The broker.</param>
/// <param name="BrokerEpoch">Epoch in which the leader saw it caught up; -1 when it did not say.</param>
public readonly record struct IsrMember(int BrokerId, long BrokerEpoch);

/// <summary>A change that the leader asks the controller for.</summary>
/// <param name="State">What the leader goes by until the answer.</param>
/// <param name="NewIsr">Brokers in sync after it.</param>
/// <param name="LeaderEpoch">Epoch in which it is proposed.</param>
/// <param name="PartitionEpoch">Epoch of the registration that it changes.</param>
public sealed record IsrChange(
    IsrState State, IReadOnlyList<IsrMember> NewIsr, int LeaderEpoch, int PartitionEpoch)
{
    /// <summary>What the leader saw of followers that are to leave.</summary>
    public IReadOnlyList<FollowerLag> Lags { get; init; } = [];
}

/// <summary>The controller's answer to an <see cref="IsrChange"/>.</summary>
/// <param name="Error">Why it was refused, or none.</param>
/// <param name="LeaderEpoch">Epoch of the leader from now on.</param>
/// <param name="PartitionEpoch">Epoch of the registration from now on.</param>
/// <param name="Isr">Brokers in sync from now on.</param>
public sealed record IsrAnswer(ErrorCode Error, int LeaderEpoch, int PartitionEpoch, IReadOnlyList<int> Isr)
{
    /// <summary>A change that failed.</summary>
    public static IsrAnswer Failed(ErrorCode error) => new(error, -1, -1, []);
}

/// <summary>What became of a change.</summary>
public enum IsrOutcome
{
    /// <summary>The leader knows something newer; the answer is of no interest.</summary>
    Obsolete,
    /// <summary>The new set counts.</summary>
    Committed,
    /// <summary>The old set counts; a later fetch or check may propose anew.</summary>
    Refused,
    /// <summary>Newer metadata is on its way to this broker and will settle it. Until then both sets count.</summary>
    Unsettled,
    /// <summary>Nothing is known; ask again.</summary>
    Retry,
}
