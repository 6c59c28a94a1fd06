using Platform.Protocol;

namespace Platform.Storage;

/// <summary>
/// What is known of the copies of one partition in remote storage (KIP-405), by leader epoch: a copy answers only for
/// offsets of the epochs that it holds, so that a log never reads what another leader wrote. Pure state: changes come
/// from <c>__remote_log_metadata</c> in its order, which is the only truth. Thread-safe.
/// </summary>
/// <remarks>A copy is found by <see cref="Find"/> only while it is finished; it is listed from its begin until its
/// deletion is finished, so that nothing is left behind.</remarks>
public sealed class RemoteLogMetadataCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Uuid, RemoteLogSegmentMetadata> _segments = [];
    private readonly Dictionary<int, RemoteLogLeaderEpochState> _epochs = [];

    /// <summary>Copies that are not deleted entirely, by first offset.</summary>
    public IReadOnlyList<RemoteLogSegmentMetadata> Segments
    {
        get
        {
            lock (_lock)
                return [.. _segments.Values.OrderBy(static s => s.StartOffset).ThenBy(static s => s.RemoteLogSegmentId.Id)];
        }
    }

    /// <summary>Copies that are not deleted entirely.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _segments.Count;
        }
    }

    /// <summary>How far the deletion of everything has come; null when nobody asked for it.</summary>
    public RemotePartitionDeleteState? DeleteState { get; private set; }

    /// <summary>What is known of a copy; null when it is unknown or deleted.</summary>
    public RemoteLogSegmentMetadata? Get(Uuid id)
    {
        lock (_lock)
            return _segments.GetValueOrDefault(id);
    }

    /// <summary>A copy was begun.</summary>
    /// <returns>False when that contradicts what is known; nothing changes.</returns>
    public bool Add(RemoteLogSegmentMetadata begun)
    {
        lock (_lock)
        {
            var id = begun.RemoteLogSegmentId.Id;
            if (!RemoteLogSegmentTransitions.Allows(_segments.GetValueOrDefault(id)?.State, begun.State))
                return false;
            _segments[id] = begun;
            return true;
        }
    }

    /// <summary>A copy changed its state.</summary>
    /// <returns>False when it is not known, or may not go into that state; nothing changes.</returns>
    public bool Update(RemoteLogSegmentMetadataUpdate update)
    {
        lock (_lock)
        {
            var known = _segments.GetValueOrDefault(update.RemoteLogSegmentId.Id);
            if (known is null || !RemoteLogSegmentTransitions.Allows(known.State, update.State))
                return false;
            Apply(update.ApplyTo(known));
            return true;
        }
    }

    /// <summary>Everything is being deleted, or has been.</summary>
    public void Update(RemotePartitionDeleteState state)
    {
        lock (_lock)
        {
            DeleteState = state;
            if (state != RemotePartitionDeleteState.DeletePartitionFinished)
                return;
            _segments.Clear();
            _epochs.Clear();
            DeleteState = null;
        }
    }

    /// <summary>The finished copy that holds an offset as an epoch wrote it; null when there is none.</summary>
    public RemoteLogSegmentMetadata? Find(int leaderEpoch, long offset)
    {
        lock (_lock)
            return _epochs.GetValueOrDefault(leaderEpoch)?.Find(offset) is { } id ? _segments[id] : null;
    }

    /// <summary>Last offset of an epoch in finished copies; null when there is none.</summary>
    public long? HighestOffsetForEpoch(int leaderEpoch)
    {
        lock (_lock)
            return _epochs.GetValueOrDefault(leaderEpoch)?.HighestOffset;
    }

    /// <summary>False for a finished copy that lies within others in every epoch: nobody reads it.</summary>
    public bool IsReferenced(RemoteLogSegmentMetadata segment)
    {
        lock (_lock)
        {
            foreach (var (epoch, start) in segment.SegmentLeaderEpochs)
                if (_epochs.GetValueOrDefault(epoch)?.Refers(start, segment.RemoteLogSegmentId.Id) == true)
                    return true;
            return false;
        }
    }

    private void Apply(RemoteLogSegmentMetadata segment)
    {
        var id = segment.RemoteLogSegmentId.Id;
        if (segment.State == RemoteLogSegmentState.DeleteSegmentFinished)
            _segments.Remove(id);
        else
            _segments[id] = segment;
        var epochs = segment.SegmentLeaderEpochs;
        for (var i = 0; i < epochs.Count; i++)
        {
            if (segment.State == RemoteLogSegmentState.CopySegmentFinished)
                StateOf(epochs[i].Epoch).Add(epochs[i].StartOffset,
                    (i + 1 < epochs.Count ? epochs[i + 1].StartOffset : segment.EndOffset + 1) - 1, id);
            else
                Forget(epochs[i].Epoch, epochs[i].StartOffset, id);
        }
    }

    private void Forget(int epoch, long start, Uuid id)
    {
        if (!_epochs.TryGetValue(epoch, out var state))
            return;
        if (!state.Refers(start, id))
            return;
        state.Remove(start, id);
        Restore(epoch, state);
        if (state.IsEmpty)
            _epochs.Remove(epoch);
    }

    // What lay within the copy that went answers for itself again.
    private void Restore(int epoch, RemoteLogLeaderEpochState state)
    {
        foreach (var segment in _segments.Values)
        {
            if (segment.State != RemoteLogSegmentState.CopySegmentFinished)
                continue;
            var epochs = segment.SegmentLeaderEpochs;
            for (var i = 0; i < epochs.Count; i++)
                if (epochs[i].Epoch == epoch)
                    state.Add(epochs[i].StartOffset,
                        (i + 1 < epochs.Count ? epochs[i + 1].StartOffset : segment.EndOffset + 1) - 1,
                        segment.RemoteLogSegmentId.Id);
        }
    }

    private RemoteLogLeaderEpochState StateOf(int epoch)
    {
        if (!_epochs.TryGetValue(epoch, out var state))
            _epochs[epoch] = state = new RemoteLogLeaderEpochState();
        return state;
    }
}
