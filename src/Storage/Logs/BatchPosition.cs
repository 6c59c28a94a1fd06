using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>Where a batch lies.</summary>
/// <param name="Position">Its first byte in the segment's file.</param>
/// <param name="Header">Its header.</param>
internal readonly record struct BatchPosition(int Position, RecordBatchHeader Header);
