namespace Platform.Broker.Coordination;

/// <summary>How far a coordinator's partition is. It only moves forward; an epoch has its own object.</summary>
internal enum CoordinatorPartitionState
{
    /// <summary>The log is being replayed.</summary>
    Loading,

    /// <summary>Requests are served.</summary>
    Active,

    /// <summary>Led elsewhere, or impossible to load.</summary>
    Closed,
}
