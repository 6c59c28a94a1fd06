using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>What is known of one partition's copies, and up to where <c>__remote_log_metadata</c> was read for it. Written
/// by the reader's loop alone.</summary>
internal sealed class RemotePartitionMetadata(TopicIdPartition id)
{
    private readonly Lock _lock = new();
    private readonly List<(long Offset, TaskCompletionSource Done)> _waiters = [];
    private readonly TaskCompletionSource _initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _initialEnd = long.MaxValue;

    /// <summary>Whose copies.</summary>
    public TopicIdPartition Id { get; } = id;

    /// <summary>The copies.</summary>
    public RemoteLogMetadataCache Cache { get; } = new();

    /// <summary>Who needs it; it is forgotten with the last one. Guarded by the manager's lock.</summary>
    public int Users { get; set; }

    /// <summary>First offset of the metadata partition that was not read for this partition.</summary>
    public long NextOffset { get; private set; }

    /// <summary>True once everything was read that was there when the reading began.</summary>
    public bool IsInitialized => _initialized.Task.IsCompletedSuccessfully;

    /// <summary>Completes when <see cref="IsInitialized"/> becomes true.</summary>
    public Task WhenInitialized => _initialized.Task;

    /// <summary>The end of the metadata partition when the reading began.</summary>
    public void BeginsAt(long end)
    {
        _initialEnd = end;
        Advance(NextOffset);
    }

    /// <summary>Takes a record, unless it was taken before.</summary>
    /// <returns>False when it contradicts what is known.</returns>
    public bool Take(long offset, object change)
    {
        if (offset < NextOffset)
            return true;
        var isValid = change switch
        {
            RemoteLogSegmentMetadata begun => Cache.Add(begun),
            RemoteLogSegmentMetadataUpdate update => Cache.Update(update),
            RemotePartitionDeletion deletion => Take(deletion),
            _ => true,
        };
        Advance(offset + 1);
        return isValid;
    }

    /// <summary>Everything in front of an offset was read.</summary>
    public void Advance(long position)
    {
        if (position > NextOffset)
            NextOffset = position;
        if (NextOffset >= _initialEnd)
            _initialized.TrySetResult();
        lock (_lock)
        {
            for (var i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Offset >= NextOffset)
                    continue;
                _waiters[i].Done.TrySetResult();
                _waiters.RemoveAt(i);
            }
        }
    }

    /// <summary>Completes when the record at an offset was taken.</summary>
    public Task WhenTaken(long offset)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (NextOffset > offset)
                return Task.CompletedTask;
            _waiters.Add((offset, done));
        }
        return done.Task;
    }

    private bool Take(RemotePartitionDeletion deletion)
    {
        Cache.Update(deletion.State);
        return true;
    }
}
