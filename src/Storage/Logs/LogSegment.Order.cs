using Platform.Protocol.Records;

namespace Platform.Storage;

/// <content>The offset of a batch lies outside of its checksum, so that no reader can see that a disk has changed it. What
/// this process did not write itself is therefore looked at once before it is sent: the offsets of batches must follow
/// each other.</content>
internal sealed partial class LogSegment
{
    private int _ownFrom;
    private CheckedRange _checked = new(0, 0);

    private sealed record CheckedRange(int From, int To);

    /// <summary>Looks at the batches that are about to be sent.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">Bytes from there on.</param>
    /// <param name="isDense">No offset may be missing.</param>
    /// <exception cref="CorruptLogException">One does not follow the one before it.</exception>
    internal void CheckOrder(in BatchPosition first, int count, bool isDense)
    {
        var end = Math.Min(first.Position + count, _ownFrom);
        var known = Volatile.Read(ref _checked);
        if (first.Position >= end || (first.Position >= known.From && end <= known.To))
            return;
        Span<byte> window = stackalloc byte[HeaderScanner.WindowBytes];
        var scanner = new HeaderScanner(_file.File, window, first.Position, _size);
        var previous = first.Header.BaseOffset - 1;
        while (scanner.NextPosition < end)
        {
            if (!scanner.MoveNext() || !Follows(previous, scanner.Current, isDense))
                throw OutOfOrder(scanner.Position, previous);
            previous = scanner.Current.LastOffset;
        }
        // Readers go forward: what lies behind the known part makes it longer.
        var from = first.Position >= known.From && first.Position <= known.To ? known.From : first.Position;
        Volatile.Write(ref _checked, new CheckedRange(from, scanner.NextPosition));
    }

    private static bool Follows(long previous, in RecordBatchHeader batch, bool isDense) =>
        isDense ? batch.BaseOffset == previous + 1 : batch.BaseOffset > previous;

    private CorruptLogException OutOfOrder(int position, long previous) => Corrupt(
        position, $"no batch that continues offset {previous} is here or behind");
}
