using Platform.Protocol;

namespace Platform.Storage;

/// <summary>A log's segments as a pass of compaction found them.</summary>
/// <param name="Segments">All segments; the last one is written to and never cleaned.</param>
/// <param name="Truncations">How often the log had been truncated: the pass ends when it is again.</param>
internal sealed record CleaningView(LogSegment[] Segments, int Truncations)
{
    internal long EndOf(LogSegment segment) => Segments[Array.IndexOf(Segments, segment) + 1].BaseOffset;
}

/// <summary>The log was truncated, closed or deleted during a pass of compaction; nothing was changed by
/// it.</summary>
internal sealed class CleaningAbortedException(TopicPartition partition, Exception? cause = null)
    : Exception($"{partition}: compaction ended early, as the log was truncated, closed or deleted", cause);
