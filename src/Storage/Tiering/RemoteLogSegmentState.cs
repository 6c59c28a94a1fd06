namespace Platform.Storage;

/// <summary>Where a copy of a segment is in its life (KIP-405). The numbers are those of
/// <c>__remote_log_metadata</c>.</summary>
public enum RemoteLogSegmentState : sbyte
{
    /// <summary>Copying began; what is in remote storage may be incomplete and is not read.</summary>
    CopySegmentStarted = 0,
    /// <summary>All of it is in remote storage and may be read.</summary>
    CopySegmentFinished = 1,
    /// <summary>It is being deleted and is read no more.</summary>
    DeleteSegmentStarted = 2,
    /// <summary>Nothing of it is left.</summary>
    DeleteSegmentFinished = 3,
}
