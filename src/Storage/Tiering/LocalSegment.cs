namespace Platform.Storage;

/// <summary>A segment on local disk, as tiering sees it.</summary>
/// <param name="BaseOffset">First offset.</param>
/// <param name="EndOffset">Offset behind the last: where the next segment, or the log's end, is.</param>
/// <param name="SizeInBytes">Bytes.</param>
/// <param name="LargestTimestamp">In ms since 1970.</param>
/// <param name="IsActive">Still written.</param>
public readonly record struct LocalSegment(
    long BaseOffset, long EndOffset, long SizeInBytes, long LargestTimestamp, bool IsActive);
