using Platform.Protocol;

namespace Platform.Storage;

/// <summary>The finished copies that hold records of one leader epoch, by the first offset of the epoch in them. One that
/// lies within another is not kept: the larger one answers for both.</summary>
internal sealed class RemoteLogLeaderEpochState
{
    private readonly record struct Range(long End, Uuid Id);

    private readonly SortedList<long, Range> _byStart = [];

    internal bool IsEmpty => _byStart.Count == 0;

    /// <summary>Last offset of the epoch in any copy; null when there is none.</summary>
    internal long? HighestOffset
    {
        get
        {
            long? highest = null;
            foreach (var range in _byStart.Values)
                if (highest is null || range.End > highest)
                    highest = range.End;
            return highest;
        }
    }

    /// <summary>A copy with these offsets of the epoch is complete.</summary>
    internal void Add(long start, long end, Uuid id)
    {
        // A new leader may copy again what the one before had, with other borders between segments.
        var floor = FloorIndex(start);
        if (floor >= 0 && _byStart.Values[floor].End >= end && _byStart.Values[floor].Id != id)
            return;
        for (var i = _byStart.Count - 1; i >= 0 && _byStart.Keys[i] >= start; i--)
            if (_byStart.Values[i].End <= end)
                _byStart.RemoveAt(i);
        _byStart[start] = new Range(end, id);
    }

    /// <summary>A copy is going.</summary>
    internal void Remove(long start, Uuid id)
    {
        if (_byStart.TryGetValue(start, out var range) && range.Id == id)
            _byStart.Remove(start);
    }

    /// <summary>True when the copy answers for its offsets.</summary>
    internal bool Refers(long start, Uuid id) => _byStart.TryGetValue(start, out var range) && range.Id == id;

    /// <summary>The copy that holds an offset of the epoch; null when none does.</summary>
    internal Uuid? Find(long offset)
    {
        // Copies may overlap at their ends, so that one further back may hold what the nearest does not.
        for (var i = FloorIndex(offset); i >= 0; i--)
            if (_byStart.Values[i].End >= offset)
                return _byStart.Values[i].Id;
        return null;
    }

    private int FloorIndex(long offset)
    {
        var (low, high) = (-1, _byStart.Count);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (_byStart.Keys[middle] <= offset)
                low = middle;
            else
                high = middle;
        }
        return low;
    }
}
