namespace Platform.Client.Network;

/// <summary>
/// What a connection carries. A broker answers the requests of one connection one after the other, so requests that
/// wait there on purpose (fetches, joins) get connections of their own.
/// </summary>
public enum ConnectionUse
{
    /// <summary>Short requests of every kind.</summary>
    General,
    /// <summary>Produce requests.</summary>
    Produce,
    /// <summary>Fetches that may wait for data.</summary>
    Fetch,
    /// <summary>Heartbeats and joins of a group.</summary>
    Coordinator,
}
