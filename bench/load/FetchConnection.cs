using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Bench.Load;

/// <summary>Reads one partition from its start to its end, and then again.</summary>
internal sealed class FetchConnection : ILoadConnection
{
    private const short Version = 4;

    private readonly byte[] _request;
    private readonly int _offsetPosition;
    private long _offset;

    public FetchConnection(LoadPlan plan, int number)
    {
        _request = RequestFrame.Encode(RequestFor(plan, plan.PartitionOf(number)), Version);
        // The request ends with offset and size of the one partition.
        _offsetPosition = _request.Length - sizeof(int) - sizeof(long);
    }

    public ReadOnlyMemory<byte> NextRequest()
    {
        BinaryPrimitives.WriteInt64BigEndian(_request.AsSpan(_offsetPosition), _offset);
        return _request;
    }

    public long Accept(ReadOnlyMemory<byte> response)
    {
        var answer = RequestFrame.Decode<FetchResponse>(response, Version);
        var partition = answer.Responses[0].Partitions[0];
        if (partition.ErrorCode != ErrorCode.None)
            throw new InvalidDataException($"fetch failed: {partition.ErrorCode}");
        var records = partition.Records.Memory;
        // Behind the last record the server would wait for more: begin again instead.
        var next = NextOffset(records) ?? 0;
        _offset = next < partition.HighWatermark ? next : 0;
        return records.Length;
    }

    private static long? NextOffset(ReadOnlyMemory<byte> records)
    {
        long? next = null;
        foreach (var batch in RecordBatches.In(records))
            next = batch.Header.NextOffset;
        return next;
    }

    private static FetchRequest RequestFor(LoadPlan plan, int partition) => new()
    {
        MaxWaitMs = 500,
        MinBytes = 1,
        MaxBytes = plan.MaxBytes,
        Topics =
        [
            new()
            {
                Topic = plan.Topic,
                Partitions = [new() { Partition = partition, PartitionMaxBytes = plan.MaxBytes }],
            },
        ],
    };
}
