using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Bench.Load;

/// <summary>Sends the same batch again and again to one partition.</summary>
internal sealed class ProduceConnection : ILoadConnection
{
    private const short Version = 7;

    private readonly byte[] _request;
    private readonly int _batchBytes;

    public ProduceConnection(LoadPlan plan, int number)
    {
        var batch = BuildBatch(plan.BatchBytes, plan.RecordBytes);
        _batchBytes = batch.Length;
        _request = RequestFrame.Encode(RequestFor(plan, plan.PartitionOf(number), batch), Version);
    }

    public ReadOnlyMemory<byte> NextRequest() => _request;

    public long Accept(ReadOnlyMemory<byte> response)
    {
        var answer = RequestFrame.Decode<ProduceResponse>(response, Version);
        var error = answer.Responses[0].PartitionResponses[0].ErrorCode;
        return error == ErrorCode.None ? _batchBytes : throw new InvalidDataException($"produce failed: {error}");
    }

    internal static ProduceRequest RequestFor(LoadPlan plan, int partition, byte[] batch) => new()
    {
        Acks = plan.Acks,
        TimeoutMs = 30_000,
        TopicData =
        [
            new()
            {
                Name = plan.Topic,
                PartitionData = [new() { Index = partition, Records = new RecordsData(batch) }],
            },
        ],
    };

    internal static byte[] BuildBatch(int batchBytes, int recordBytes)
    {
        using var builder = new RecordBatchBuilder();
        var value = new byte[recordBytes];
        new Random(1).NextBytes(value);
        do
            builder.Append(1_700_000_000_000, null, value);
        while (builder.EstimatedSize + RecordBatchBuilder.MaxRecordSize(0, recordBytes) <= batchBytes);
        return builder.Build();
    }
}
