namespace Platform.Storage;

/// <summary>Brings producer state from its newest usable snapshot to the end of the log, by reading batch
/// headers.</summary>
internal static class ProducerReplay
{
    internal static void Run(
        ProducerStateManager producers, IReadOnlyList<LogSegment> segments, long logStartOffset, long endOffset)
    {
        producers.Reload(logStartOffset, endOffset);
        if (producers.MapEndOffset == endOffset)
            return;
        Span<byte> window = stackalloc byte[HeaderScanner.WindowBytes];
        for (var i = 0; i < segments.Count; i++)
        {
            if (i + 1 < segments.Count && segments[i + 1].BaseOffset <= producers.MapEndOffset)
                continue;
            var segment = segments[i];
            if (segment.Size == 0 || segment.FindBatch(producers.MapEndOffset, segment.Size) is not { } first)
                continue;
            var scanner = new HeaderScanner(segment.File.File, window, first.Position, segment.Size);
            while (scanner.MoveNext())
                producers.Update(scanner.Current);
        }
    }
}
