using Platform.Protocol;

namespace Platform.Client.Consuming;

/// <summary>Lets a listener use the consumer that is polling on its behalf, for example to commit.</summary>
internal sealed class ReentrantListener(IRebalanceListener listener, Action<bool> setInUse) : IRebalanceListener
{
    public ValueTask OnPartitionsRevokedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        CallAsync(() => listener.OnPartitionsRevokedAsync(partitions, cancellation));

    public ValueTask OnPartitionsAssignedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        CallAsync(() => listener.OnPartitionsAssignedAsync(partitions, cancellation));

    public ValueTask OnPartitionsLostAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        CallAsync(() => listener.OnPartitionsLostAsync(partitions, cancellation));

    private async ValueTask CallAsync(Func<ValueTask> call)
    {
        setInUse(false);
        try
        {
            await call();
        }
        finally
        {
            setInUse(true);
        }
    }
}
