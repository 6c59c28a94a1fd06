using Platform.Client.Metadata;

namespace Platform.Client.Producing;

/// <summary>
/// Places records without a key: all go to one partition until about a batch is full, then to another (KIP-794), so
/// that batches are large although every partition gets its share.
/// </summary>
internal sealed class StickyPartitioner(int batchSize)
{
    private readonly Random _random = new();
    private readonly Lock _lock = new();
    private int _partition = -1;
    private int _bytes;

    /// <summary>The partition of the next record.</summary>
    public int Next(TopicMetadata topic, int recordBytes)
    {
        lock (_lock)
        {
            if (_partition < 0 || _bytes >= batchSize || _partition >= topic.Partitions.Count)
                Switch(topic);
            _bytes += recordBytes;
            return _partition;
        }
    }

    // Partitions without a leader are left out, unless none has one.
    private void Switch(TopicMetadata topic)
    {
        _bytes = 0;
        var count = topic.Partitions.Count;
        var start = _random.Next(count);
        for (var i = 0; i < count; i++)
        {
            var candidate = topic.Partitions[(start + i) % count];
            if (candidate.LeaderId >= 0 && (candidate.Index != _partition || count == 1))
            {
                _partition = candidate.Index;
                return;
            }
        }
        _partition = _partition >= 0 && _partition < count ? _partition : topic.Partitions[start].Index;
    }
}
