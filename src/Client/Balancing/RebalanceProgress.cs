using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>How far a run is.</summary>
/// <param name="Done">Moves that are complete.</param>
/// <param name="UnderWay">Partitions that are moving.</param>
/// <param name="Waiting">Moves that have not begun.</param>
/// <param name="Failed">Moves that the controller refused, with its words.</param>
/// <param name="BytesPerSecond">The throttle in force.</param>
/// <param name="Complaint">Why the run holds back, or null.</param>
public sealed record RebalanceProgress(
    int Done, IReadOnlyList<TopicPartition> UnderWay, int Waiting, IReadOnlyList<string> Failed, long BytesPerSecond,
    string? Complaint);
