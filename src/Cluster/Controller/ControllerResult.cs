using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>
/// What an operation wants: records to append, all or none, and the answer to give once they are committed. State
/// changes
/// only by replaying the records.
/// </summary>
public sealed record ControllerResult<T>(IReadOnlyList<IMetadataRecord> Records, T Response)
{
    /// <summary>An answer that changes nothing.</summary>
    public static ControllerResult<T> NoChange(T response) => new([], response);
}
