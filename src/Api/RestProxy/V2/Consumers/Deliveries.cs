using Platform.Api.RestProxy.V2.Consumers.Ownership;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>
/// What was fetched for a client, what it was given of that, and so where it stands: behind the last record that it was
/// given, not behind the last one that was fetched.
/// </summary>
internal sealed class Deliveries
{
    private readonly LinkedList<ConsumeResult> _fetched = new();
    private readonly List<ConsumeResult> _taken = [];
    private readonly Dictionary<TopicPartition, long> _soughtOver = [];
    private Dictionary<TopicPartition, OffsetAndMetadata> _delivered = [];
    private Dictionary<TopicPartition, OffsetAndMetadata> _before = [];

    /// <summary>True when something was delivered since the last commit.</summary>
    public bool HasUncommitted { get; private set; }

    /// <summary>True when a record is at hand.</summary>
    public bool HasFetched => _fetched.Count > 0;

    /// <summary>The next record to deliver.</summary>
    public ConsumeResult First => _fetched.First!.Value;

    /// <summary>What a commit of everything delivered commits.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Delivered => _delivered;

    public void Add(IReadOnlyList<ConsumeResult> records)
    {
        foreach (var record in records)
            _fetched.AddLast(record);
    }

    /// <summary>An answer begins; what is taken from here on can be taken back.</summary>
    public void Begin()
    {
        _taken.Clear();
        _before = new Dictionary<TopicPartition, OffsetAndMetadata>(_delivered);
    }

    /// <summary>Takes the first record for the answer.</summary>
    public void Take()
    {
        var record = First;
        _fetched.RemoveFirst();
        _taken.Add(record);
        _delivered[record.TopicPartition] = new OffsetAndMetadata(record.Offset + 1, record.LeaderEpoch);
        HasUncommitted = true;
    }

    /// <summary>The client got the answer.</summary>
    public void Arrived() => _taken.Clear();

    /// <summary>The client has gone before the answer was written: its records come again with the next one.</summary>
    public void TakeBack()
    {
        if (_taken.Count == 0)
            return;
        for (var i = _taken.Count - 1; i >= 0; i--)
            _fetched.AddFirst(_taken[i]);
        _taken.Clear();
        _delivered = _before;
    }

    /// <summary>The client goes on at another offset.</summary>
    /// <param name="partition">Where.</param>
    /// <param name="offset">Offset of the next record.</param>
    /// <param name="soughtOver">See <see cref="StoredPosition"/>.</param>
    public void MoveTo(TopicPartition partition, long offset, long? soughtOver)
    {
        DropFetched(one => one == partition);
        _delivered[partition] = new OffsetAndMetadata(offset);
        _soughtOver.Remove(partition);
        if (soughtOver is { } committed)
            _soughtOver[partition] = committed;
    }

    /// <summary>Goes on where another process left off.</summary>
    /// <param name="partition">Where.</param>
    /// <param name="position">What it has left.</param>
    /// <param name="committed">What the group has committed, or -1.</param>
    public void Resume(TopicPartition partition, StoredPosition position, long committed)
    {
        MoveTo(partition, position.Offset, position.SoughtOver);
        HasUncommitted |= position.Offset != committed;
    }

    /// <summary>These offsets were committed.</summary>
    public void Committed(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets)
    {
        foreach (var (partition, offset) in offsets)
        {
            if (_soughtOver.ContainsKey(partition))
                _soughtOver[partition] = offset.Offset;
        }
        if (ReferenceEquals(offsets, _delivered))
            HasUncommitted = false;
    }

    /// <summary>Forgets what concerns partitions that the client does not read any more.</summary>
    public void Drop(Func<TopicPartition, bool> isGone)
    {
        DropFetched(isGone);
        foreach (var partition in _delivered.Keys.Where(isGone).ToList())
        {
            _delivered.Remove(partition);
            _soughtOver.Remove(partition);
        }
        HasUncommitted &= _delivered.Count > 0;
    }

    /// <summary>Where the client stands in a partition, or null when that is not known yet.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="fetchedUpTo">Offset behind the last record that was fetched, or null.</param>
    public StoredPosition? PositionOf(TopicPartition partition, long? fetchedUpTo)
    {
        var offset = _delivered.TryGetValue(partition, out var delivered) ? delivered.Offset
            : FirstFetchedOf(partition) ?? fetchedUpTo;
        return offset is not { } known ? null : new StoredPosition(partition.Topic, partition.Partition, known,
            _soughtOver.TryGetValue(partition, out var committed) ? committed : null);
    }

    private long? FirstFetchedOf(TopicPartition partition)
    {
        foreach (var record in _fetched)
        {
            if (record.TopicPartition == partition)
                return record.Offset;
        }
        return null;
    }

    private void DropFetched(Func<TopicPartition, bool> isGone)
    {
        for (var node = _fetched.First; node is not null;)
        {
            var next = node.Next;
            if (isGone(node.Value.TopicPartition))
                _fetched.Remove(node);
            node = next;
        }
    }
}
