using Platform.Protocol;

namespace Platform.Client.Consuming;

/// <summary>Told when partitions come and go. Called within polls, never at the same time as one.</summary>
public interface IRebalanceListener
{
    /// <summary>These partitions are about to go to another member: the last chance to commit.</summary>
    ValueTask OnPartitionsRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation);

    /// <summary>These partitions are new.</summary>
    ValueTask OnPartitionsAssignedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation);

    /// <summary>These partitions may belong to another member already: commits would be refused.</summary>
    ValueTask OnPartitionsLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        OnPartitionsRevokedAsync(partitions, cancellation);
}
