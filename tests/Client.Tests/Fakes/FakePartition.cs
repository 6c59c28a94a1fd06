using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Client.Tests.Fakes;

/// <summary>A partition of a fake cluster: its batches, and the sequence check of a real leader.</summary>
internal sealed class FakePartition
{
    private readonly Dictionary<long, (short Epoch, int NextSequence,
        List<(int Sequence, long Offset)> Recent)> _producers = [];

    public int LeaderId { get; set; }
    public int LeaderEpoch { get; set; }
    public long NextOffset { get; private set; }
    public List<byte[]> Batches { get; } = [];

    public IEnumerable<string> Values => Batches.SelectMany(Decode).Select(record => record.Value);

    public IEnumerable<(string Key, string Value)> Records => Batches.SelectMany(Decode);

    public RecordBatchHeader LastHeader => RecordBatchHeader.Read(Batches[^1]);

    public (ErrorCode Error, long BaseOffset) Append(ReadOnlyMemory<byte> bytes)
    {
        var batch = RecordBatch.Parse(bytes);
        if (!batch.IsCrcValid)
            return (ErrorCode.CorruptMessage, -1);
        if (batch.Header.HasProducerId && CheckSequence(batch.Header) is { } outcome)
            return outcome;
        var copy = bytes.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(copy, NextOffset);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(
            copy.AsSpan(RecordBatchHeader.PartitionLeaderEpochPosition), LeaderEpoch);
        Batches.Add(copy);
        var baseOffset = NextOffset;
        NextOffset += batch.Header.LastOffsetDelta + 1;
        return (ErrorCode.None, baseOffset);
    }

    /// <summary>Forgets all producers, as after an unclean election.</summary>
    public void ForgetProducers(int nextSequence)
    {
        foreach (var id in _producers.Keys.ToList())
            _producers[id] = (_producers[id].Epoch, nextSequence, []);
    }

    private (ErrorCode, long)? CheckSequence(RecordBatchHeader header)
    {
        if (!_producers.TryGetValue(header.ProducerId, out var state))
            state = (header.ProducerEpoch, 0, []);
        foreach (var (sequence, offset) in state.Recent)
            if (sequence == header.BaseSequence)
                return (ErrorCode.None, offset);
        if (header.BaseSequence != state.NextSequence)
            return (ErrorCode.OutOfOrderSequenceNumber, -1);
        state.Recent.Add((header.BaseSequence, NextOffset));
        if (state.Recent.Count > 5)
            state.Recent.RemoveAt(0);
        _producers[header.ProducerId] = (header.ProducerEpoch, header.BaseSequence + header.RecordCount, state.Recent);
        return null;
    }

    private static List<(string Key, string Value)> Decode(byte[] bytes)
    {
        var records = new List<(string, string)>();
        using var reader = RecordBatch.Parse(bytes).Records(1 << 24);
        while (reader.MoveNext())
            records.Add((Text(reader.Current.Key), Text(reader.Current.Value)));
        return records;
    }

    private static string Text(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } present ? System.Text.Encoding.UTF8.GetString(present.Span) : "<null>";
}
