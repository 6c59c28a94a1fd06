using Platform.Protocol;

namespace Platform.Cluster.Replication;

/// <summary>Whether the log of somebody who fetches is the leader's log so far (KIP-320, KIP-595).</summary>
/// <param name="Error">OffsetOutOfRange when the leader cannot tell; the reader has to find its place first.</param>
/// <param name="Epoch">The leader's largest epoch at or below the one named; -1 when the logs agree.</param>
/// <param name="EndOffset">Where that epoch ends at the leader.</param>
public readonly record struct FetchDivergence(ErrorCode Error, int Epoch, long EndOffset)
{
    private static readonly FetchDivergence None = new(ErrorCode.None, -1, -1);

    /// <summary>True when the reader must not read on.</summary>
    public bool IsFound => Error != ErrorCode.None || Epoch >= 0;

    /// <summary>Compares what a reader says of its log with the leader's.</summary>
    /// <param name="position">Where the reader is, and the epoch of the record before.</param>
    /// <param name="logStartOffset">Start of the leader's log.</param>
    /// <param name="known">The leader's largest epoch at or below the one named and its end; (-1, -1) for none.</param>
    public static FetchDivergence Find(FetchPosition position, long logStartOffset, (int Epoch, long EndOffset) known)
    {
        if (position.LastFetchedEpoch < 0)
            return None;
        if (known.Epoch == position.LastFetchedEpoch && known.EndOffset >= position.Offset)
            return None;
        // What is gone cannot differ, and of an epoch newer than all of ours we know no end.
        return known.Epoch < 0 || position.Offset < logStartOffset
            ? None with { Error = ErrorCode.OffsetOutOfRange }
            : new FetchDivergence(ErrorCode.None, known.Epoch, known.EndOffset);
    }
}
