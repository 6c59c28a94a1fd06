using Platform.Cluster.Metadata;

namespace Platform.Broker.Metadata;

/// <summary>Those who wait until this node has applied the metadata up to an offset. Any thread.</summary>
internal sealed class ImageWaiters
{
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private readonly Lock _lock = new();
    private long _applied = -1;

    /// <summary>Completes when an image at or above the offset is applied.</summary>
    public Task WhenAppliedAsync(long offset)
    {
        lock (_lock)
        {
            if (offset <= _applied)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(reached, offset);
            return reached.Task;
        }
    }

    /// <summary>All publishers have taken the image.</summary>
    public void OnApplied(MetadataImage image)
    {
        lock (_lock)
        {
            _applied = image.Offset;
            while (_waiting.TryPeek(out var reached, out var offset) && offset <= _applied)
            {
                _waiting.Dequeue();
                reached.SetResult();
            }
        }
    }
}
