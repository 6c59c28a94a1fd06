using System.Collections.Concurrent;
using Platform.Protocol;

namespace Platform.Storage;

/// <summary>A batch that a disk no longer gives back as it was written.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">Base offset of the batch, as far as its bytes can be trusted.</param>
/// <param name="File">The file.</param>
/// <param name="Position">Where in the file, in bytes.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record CorruptBatch(TopicPartition Partition, long Offset, string File, int Position, string Problem);

/// <summary>
/// Reads closed segments and compares every batch with its checksum, so that a disk that rots is noticed while other
/// replicas still have the records, and not when somebody reads them. Changes nothing. It starts no threads: the host
/// calls <see cref="ScrubAll"/>. One call at a time; the rest is thread-safe.
/// </summary>
public sealed class LogScrubber
{
    /// <summary>Findings that are kept for one segment.</summary>
    public const int FindingsPerSegmentMax = 100;

    private readonly LogManager _logs;
    private readonly ConcurrentDictionary<(UnifiedLog Log, long Segment), IReadOnlyList<CorruptBatch>> _findings = new();
    private long _bytesRead;

    internal LogScrubber(LogManager logs) => _logs = logs;

    /// <summary>A corrupt batch was found that was not known. Called on the thread that scrubs.</summary>
    public event Action<CorruptBatch>? Found;

    /// <summary>Bytes read since the start.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>What was found and is still there.</summary>
    public IReadOnlyList<CorruptBatch> Corrupt
    {
        get
        {
            foreach (var gone in _findings.Keys.Where(static found => !IsThere(found.Log, found.Segment)))
                _findings.TryRemove(gone, out _);
            return [.. _findings.Values.SelectMany(static found => found)];
        }
    }

    /// <summary>Reads every closed segment that was flushed.</summary>
    /// <param name="pace">Is told of all bytes read. It may block to hold a rate, and throws
    /// <see cref="OperationCanceledException"/> to end the round.</param>
    /// <returns>Segments read.</returns>
    public int ScrubAll(Action<int> pace)
    {
        var count = 0;
        foreach (var log in _logs.Logs)
        {
            if (log.LogDirectory.Failure is not null)
                continue;
            foreach (var segment in log.Segments.SkipLast(1))
            {
                if (segment.BaseOffset + 1 < log.RecoveryPoint && segment.File.TryAcquire())
                {
                    Scrub(log, segment, pace);
                    count++;
                }
            }
        }
        return count;
    }

    // Owns a share of the segment's file.
    private void Scrub(UnifiedLog log, LogSegment segment, Action<int> pace)
    {
        try
        {
            var found = Read(log, segment, pace);
            var key = (log, segment.BaseOffset);
            var known = _findings.GetValueOrDefault(key) ?? [];
            if (found.Count == 0)
                _findings.TryRemove(key, out _);
            else
                _findings[key] = found;
            foreach (var corrupt in found.Except(known))
                Found?.Invoke(corrupt);
        }
        finally
        {
            segment.File.Release();
        }
    }

    private List<CorruptBatch> Read(UnifiedLog log, LogSegment segment, Action<int> pace)
    {
        var found = new List<CorruptBatch>();
        var size = segment.Size;
        using var scanner = new BatchScanner(segment.File.File, 0, size);
        try
        {
            while (scanner.MoveNext() && found.Count < FindingsPerSegmentMax)
            {
                Interlocked.Add(ref _bytesRead, scanner.Header.SizeInBytes);
                pace(scanner.Header.SizeInBytes);
                if (!scanner.IsCrcValid)
                    Add(scanner.Position, scanner.Header.BaseOffset, "it does not match its checksum");
            }
            // A truncation makes a file shorter than it was.
            if (scanner.NextPosition < size && segment.Size == size)
                Add(scanner.NextPosition, segment.BaseOffset, "no whole batch begins here");
        }
        catch (IOException error)
        {
            Add(scanner.NextPosition, segment.BaseOffset, $"it cannot be read: {error.Message}");
        }
        return IsThere(log, segment.BaseOffset) ? found : [];

        void Add(int position, long offset, string problem) => found.Add(
            new CorruptBatch(log.TopicPartition, offset, segment.File.Name, position, problem));
    }

    private static bool IsThere(UnifiedLog log, long segment) =>
        !log.IsGone && Array.Exists(log.Segments, there => there.BaseOffset == segment);
}
