namespace Platform.Storage;

/// <summary>Which states of a copy may follow each other. What comes twice changes nothing, and is allowed: a record may
/// be written again after an answer was lost.</summary>
public static class RemoteLogSegmentTransitions
{
    /// <summary>May the state follow? Null: the copy is not known yet.</summary>
    public static bool Allows(RemoteLogSegmentState? from, RemoteLogSegmentState to) => (from, to) switch
    {
        (null, RemoteLogSegmentState.CopySegmentStarted) => true,
        (null, _) => false,
        (RemoteLogSegmentState.CopySegmentStarted, RemoteLogSegmentState.CopySegmentFinished) => true,
        (RemoteLogSegmentState.CopySegmentStarted, RemoteLogSegmentState.DeleteSegmentStarted) => true,
        (RemoteLogSegmentState.CopySegmentFinished, RemoteLogSegmentState.DeleteSegmentStarted) => true,
        (RemoteLogSegmentState.DeleteSegmentStarted, RemoteLogSegmentState.DeleteSegmentFinished) => true,
        var (same, state) => same == state,
    };
}
