namespace Platform.Storage;

/// <summary>A copy of a segment changes its state (KIP-405).</summary>
/// <param name="RemoteLogSegmentId">Which copy.</param>
/// <param name="EventTimestampMs">When, in ms since 1970.</param>
/// <param name="State">Its state from now on.</param>
/// <param name="BrokerId">The broker that says so.</param>
public sealed record RemoteLogSegmentMetadataUpdate(
    RemoteLogSegmentId RemoteLogSegmentId, long EventTimestampMs, RemoteLogSegmentState State, int BrokerId)
{
    /// <summary>What the remote storage wants to be told again; null leaves what was said before.</summary>
    public ReadOnlyMemory<byte>? CustomMetadata { get; init; }

    /// <summary>The metadata with this change.</summary>
    public RemoteLogSegmentMetadata ApplyTo(RemoteLogSegmentMetadata metadata) => metadata with
    {
        EventTimestampMs = EventTimestampMs,
        State = State,
        BrokerId = BrokerId,
        CustomMetadata = CustomMetadata ?? metadata.CustomMetadata,
    };
}
