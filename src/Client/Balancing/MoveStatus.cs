using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>How far a move is.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Adding">Brokers that copy it.</param>
/// <param name="Removing">Brokers that give it up once they have.</param>
/// <param name="CopiedBytes">Bytes that they hold by now.</param>
/// <param name="TotalBytes">Bytes that they will hold.</param>
public sealed record MoveStatus(
    TopicPartition Partition, IReadOnlyList<int> Adding, IReadOnlyList<int> Removing, long CopiedBytes, long TotalBytes);
