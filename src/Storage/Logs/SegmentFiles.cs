namespace Platform.Storage;

/// <summary>What a directory listing says of a segment's files, so that nothing needs to be opened.</summary>
internal readonly record struct SegmentFiles(
    long LogBytes, long OffsetIndexBytes, long TimeIndexBytes, long ModifiedMs, bool HasOffsetIndex, bool HasTimeIndex,
    long TransactionIndexBytes = 0);
