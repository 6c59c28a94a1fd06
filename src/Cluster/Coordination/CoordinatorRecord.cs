using Platform.Protocol.Messages;

namespace Platform.Cluster.Coordination;

/// <summary>
/// A record of a coordinator's log. On disk the key is its type and fields, the value its version and fields;
/// no value is a tombstone.
/// </summary>
/// <param name="Key">What the record is about; compaction keeps the newest record of each key.</param>
/// <param name="Value">The new state, or null for a tombstone.</param>
/// <param name="ValueVersion">Version in which the value is (to be) written; ignored for a tombstone.</param>
public sealed record CoordinatorRecord(ICoordinatorKey Key, ICoordinatorValue? Value, short ValueVersion)
{
    /// <summary>A record without a value, which deletes what the key names.</summary>
    public static CoordinatorRecord Tombstone(ICoordinatorKey key) => new(key, null, 0);
}
