using System.Runtime.InteropServices;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Client.Consuming;

/// <summary>
/// What a fetch brought for one partition, handed out record by record. Leaves out what lies before the position,
/// control records and, for read_committed, aborted transactions.
/// </summary>
internal sealed class FetchedData
{
    /// <summary>Most bytes that one batch may take when decompressed.</summary>
    public const int MaxDecompressedBatchBytes = 512 << 20;

    private readonly ConsumerOptions _options;
    private readonly AbortedTransactions _aborted;
    private readonly List<ConsumeResult> _parsed;
    private bool _started;
    private RecordBatches.Enumerator _batches;
    private RecordBatchHeader _header;
    private int _next;

    /// <summary>Data of one partition.</summary>
    /// <param name="state">The partition.</param>
    /// <param name="data">What the broker sent.</param>
    /// <param name="options">The consumer's settings.</param>
    /// <param name="scratch">Holds the records of the batch that is being handed out. All data of a consumer share it:
    /// only the first in its queue is being handed out.</param>
    public FetchedData(
        PartitionState state, FetchResponse.PartitionData data, ConsumerOptions options, List<ConsumeResult> scratch)
    {
        _parsed = scratch;
        State = state;
        SeekCount = state.SeekCount;
        _options = options;
        _aborted = new AbortedTransactions(options.IsReadCommitted ? data.AbortedTransactions : null);
        _batches = RecordBatches.In(data.Records.Memory).GetEnumerator();
    }

    public PartitionState State { get; }

    /// <summary>The partition's seek count when the data was asked for.</summary>
    public int SeekCount { get; }

    /// <summary>Adds up to <paramref name="max"/> records; false when nothing is left.</summary>
    /// <exception cref="KafkaException">A batch is corrupt.</exception>
    public bool TakeInto(List<ConsumeResult> results, int max)
    {
        if (!_started)
            _parsed.Clear();
        _started = true;
        while (max > 0)
        {
            if (_next == _parsed.Count && !ParseNextBatch())
                return false;
            var count = Math.Min(max, _parsed.Count - _next);
            results.AddRange(CollectionsMarshal.AsSpan(_parsed).Slice(_next, count));
            _next += count;
            max -= count;
            var next = _next < _parsed.Count ? _parsed[_next].Offset : _header.NextOffset;
            State.Advance(next, _header.PartitionLeaderEpoch);
        }
        return true;
    }

    // True when a batch was parsed, even one without records to hand out.
    private bool ParseNextBatch()
    {
        try
        {
            if (!_batches.MoveNext())
                return false;
            var batch = _batches.Current;
            _header = batch.Header;
            _parsed.Clear();
            _next = 0;
            if (_options.CheckCrcs)
                batch.EnsureValidCrc(State.Partition.ToString());
            if (_header.LastOffset >= State.Position && !_aborted.Hides(batch))
                Parse(batch);
            var next = _parsed.Count > 0 ? _parsed[0].Offset : _header.NextOffset;
            State.Advance(Math.Max(State.Position, next), _header.PartitionLeaderEpoch);
            return true;
        }
        catch (CorruptRecordException e)
        {
            throw new KafkaException(ErrorCode.CorruptMessage,
                $"{State.Partition} at offset {State.Position}: {e.Message}. Seek past it to go on.", e);
        }
    }

    // The reader is not disposed of: the results go on referring to what it decompressed.
    private void Parse(RecordBatch batch)
    {
        var position = State.Position;
        var timestampType = _header.IsLogAppendTime ? TimestampType.LogAppendTime : TimestampType.CreateTime;
        var records = batch.Records(MaxDecompressedBatchBytes);
        while (records.MoveNext())
        {
            var record = records.Current;
            if (record.Offset < position)
                continue;
            _parsed.Add(new ConsumeResult
            {
                TopicPartition = State.Partition,
                Offset = record.Offset,
                Timestamp = record.Timestamp,
                TimestampType = timestampType,
                LeaderEpoch = _header.PartitionLeaderEpoch,
                Key = record.Key,
                Value = record.Value,
                Headers = record.Headers,
            });
        }
    }
}
