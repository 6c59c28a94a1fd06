namespace Platform.Storage;

/// <summary>
/// Finishes what a crash interrupted in a partition's directory. <c>.deleted</c> files are deleted. <c>.cleaned</c>
/// files are unfinished output of compaction and are deleted; <c>.swap</c> files are finished output and take the place
/// of what they cover, unless an unfinished one of the same run begins at or before them. Indexes without a log go.
/// </summary>
internal static class LogFileCleanup
{
    /// <summary>Returns the names that remain.</summary>
    internal static Dictionary<string, FileSystemEntry> Run(IFileSystem files, string directory)
    {
        var names = List(files, directory);
        var changed = DeleteUnfinished(files, directory, names);
        changed |= FinishSwaps(files, directory, names);
        if (changed)
            names = List(files, directory);
        DeleteOrphans(files, directory, names);
        return names;
    }

    private static Dictionary<string, FileSystemEntry> List(IFileSystem files, string directory) =>
        files.List(directory).Where(entry => !entry.IsDirectory).ToDictionary(
            entry => entry.Name, StringComparer.Ordinal);

    private static bool DeleteUnfinished(IFileSystem files, string directory, Dictionary<string, FileSystemEntry> names)
    {
        var smallestCleaned = names.Keys.Where(name => name.EndsWith(LogFileNames.Cleaned, StringComparison.Ordinal))
            .Select(BaseOffsetOf).DefaultIfEmpty(long.MaxValue).Min();
        var unfinished = names.Keys.Where(name => Path.GetExtension(name) is var suffix &&
            (suffix is LogFileNames.Deleted or LogFileNames.Cleaned or AtomicFile.TemporarySuffix ||
             suffix == LogFileNames.Swap && BaseOffsetOf(name) >= smallestCleaned)).ToList();
        foreach (var name in unfinished)
        {
            files.DeleteFile(Path.Combine(directory, name));
            names.Remove(name);
        }
        return unfinished.Count > 0;
    }

    private static bool FinishSwaps(IFileSystem files, string directory, Dictionary<string, FileSystemEntry> names)
    {
        var swaps = names.Keys.Where(name => name.EndsWith(LogFileNames.Swap, StringComparison.Ordinal)).ToList();
        const string logSwap = LogFileNames.Log + LogFileNames.Swap;
        foreach (var swap in swaps.Where(name => name.EndsWith(logSwap, StringComparison.Ordinal)))
            DeleteCovered(files, directory, names, swap);
        // A log comes last: until it is there, the next start begins here again.
        foreach (var swap in swaps.OrderBy(name => name.EndsWith(logSwap, StringComparison.Ordinal)))
        {
            var name = swap[..^LogFileNames.Swap.Length];
            if (IsOfUse(names, name))
                files.Move(Path.Combine(directory, swap), Path.Combine(directory, name));
            else
                files.DeleteFile(Path.Combine(directory, swap));
        }
        if (swaps.Count > 0)
            files.SyncDirectory(directory);
        return swaps.Count > 0;
    }

    // Without its log, an index is of what is in place already, or of what never came about. The first needs aborted
    // transactions, which nothing else tells; in the second, entries too many do no harm. Others are made again.
    private static bool IsOfUse(Dictionary<string, FileSystemEntry> names, string name)
    {
        var digits = name[..name.IndexOf('.', StringComparison.Ordinal)];
        return names.ContainsKey(digits + LogFileNames.Log + LogFileNames.Swap) ||
            name.EndsWith(LogFileNames.TransactionIndex, StringComparison.Ordinal) && !names.ContainsKey(name);
    }

    private static void DeleteCovered(
        IFileSystem files, string directory, Dictionary<string, FileSystemEntry> names, string swap)
    {
        var from = BaseOffsetOf(swap);
        var to = Math.Max(from + 1, EndOf(files, directory, names, swap));
        foreach (var name in names.Keys.ToList())
        {
            var isCovered = LogFileNames.SegmentKinds.Any(
                kind => LogFileNames.TryParseOffset(name, kind, out var offset) && offset >= from && offset < to);
            if (!isCovered || IsInPlace(names, name, from))
                continue;
            files.DeleteFile(Path.Combine(directory, name));
            names.Remove(name);
        }
    }

    // Indexes of the new segment get their names before its log does.
    private static bool IsInPlace(Dictionary<string, FileSystemEntry> names, string name, long from) =>
        LogFileNames.TryParseOffset(name, LogFileNames.TransactionIndex, out var offset) && offset == from &&
        !names.ContainsKey(name + LogFileNames.Swap);

    private static long EndOf(
        IFileSystem files, string directory, Dictionary<string, FileSystemEntry> names, string swap)
    {
        var from = BaseOffsetOf(swap);
        var segment = LogSegment.Open(files, directory, from,
            new SegmentFiles(names[swap].Length, 0, 0, 0, false, false), maxIndexBytes: 0);
        segment.File.MovedTo(Path.Combine(directory, swap));
        var end = segment.ReadNextOffset();
        segment.Release();
        return end;
    }

    private static void DeleteOrphans(IFileSystem files, string directory, Dictionary<string, FileSystemEntry> names)
    {
        foreach (var name in names.Keys.ToList())
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0 || names.ContainsKey(name[..dot] + LogFileNames.Log) ||
                !LogFileNames.SegmentKinds.Any(suffix => LogFileNames.TryParseOffset(name, suffix, out _)))
                continue;
            files.DeleteFile(Path.Combine(directory, name));
            names.Remove(name);
        }
    }

    private static long BaseOffsetOf(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(name.AsSpan(0, dot), out var offset) ? offset : long.MaxValue;
    }
}
