namespace Platform.Storage;

/// <summary>How far the deletion of everything remote of a partition has come (KIP-405). The numbers are those of
/// <c>__remote_log_metadata</c>.</summary>
public enum RemotePartitionDeleteState : sbyte
{
    /// <summary>It is to be deleted.</summary>
    DeletePartitionMarked = 0,
    /// <summary>Copies are being deleted.</summary>
    DeletePartitionStarted = 1,
    /// <summary>Nothing is left.</summary>
    DeletePartitionFinished = 2,
}
