namespace Platform.Storage;

/// <summary>
/// Finishes what a crash interrupted in a partition's directory. <c>.deleted</c> files are deleted. <c>.cleaned</c>
/// files are unfinished output of compaction and are deleted; <c>.swap</c> files are finished output and take the place
/// of what they cover, unless an unfinished one of the same run begins at or before them. Indexes without a log go.
/// </summary>
internal static class LogFileCleanup
{
    private static readonly string[] SegmentSuffixes =
        [LogFileNames.Log, LogFileNames.OffsetIndex, LogFileNames.TimeIndex, LogFileNames.TransactionIndex];

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
        foreach (var swap in swaps)
            files.Move(Path.Combine(directory, swap), Path.Combine(directory, swap[..^LogFileNames.Swap.Length]));
        return swaps.Count > 0;
    }

    private static void DeleteCovered(
        IFileSystem files, string directory, Dictionary<string, FileSystemEntry> names, string swap)
    {
        var from = BaseOffsetOf(swap);
        var segment = LogSegment.Open(files, directory, from,
            new SegmentFiles(names[swap].Length, 0, 0, 0, false, false), maxIndexBytes: 0);
        segment.File.MovedTo(Path.Combine(directory, swap));
        var to = segment.ReadNextOffset();
        segment.Release();
        foreach (var name in names.Keys.ToList())
        {
            if (SegmentSuffixes.Any(
                suffix => LogFileNames.TryParseOffset(name, suffix, out var offset) && offset >= from && offset < to))
                files.DeleteFile(Path.Combine(directory, name));
        }
    }

    private static void DeleteOrphans(IFileSystem files, string directory, Dictionary<string, FileSystemEntry> names)
    {
        foreach (var name in names.Keys.ToList())
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0 || names.ContainsKey(name[..dot] + LogFileNames.Log) ||
                !SegmentSuffixes.Any(suffix => LogFileNames.TryParseOffset(name, suffix, out _)))
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
