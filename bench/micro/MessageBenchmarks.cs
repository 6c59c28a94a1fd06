using BenchmarkDotNet.Attributes;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Micro;

/// <summary>Reading and writing the messages of the hot paths, with 16 partitions in 4 topics.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private const short ProduceVersion = 11;
    private const short FetchVersion = 12;

    private readonly ProtocolWriter _writer = new();
    private byte[] _produceRequest = [];
    private byte[] _fetchRequest = [];
    private ProduceResponse _produceResponse = new();

    [GlobalSetup]
    public void Fill()
    {
        var produce = new ProduceRequest { Acks = 1, TimeoutMs = 30_000 };
        var fetch = new FetchRequest { MaxWaitMs = 500, MinBytes = 1, MaxBytes = 1 << 20 };
        _produceResponse = new ProduceResponse();
        foreach (var topic in new[] { "orders", "payments", "customers", "shipments" })
        {
            produce.TopicData.Add(new() { Name = topic });
            fetch.Topics.Add(new() { Topic = topic });
            _produceResponse.Responses.Add(new() { Name = topic });
            for (var i = 0; i < 4; i++)
            {
                produce.TopicData[^1].PartitionData.Add(new() { Index = i, Records = new RecordsData(new byte[1000]) });
                fetch.Topics[^1].Partitions.Add(new() { Partition = i, FetchOffset = 9, PartitionMaxBytes = 1 << 20 });
                _produceResponse.Responses[^1].PartitionResponses.Add(new() { Index = i, BaseOffset = 1000 });
            }
        }
        _produceRequest = Encode(produce, ProduceVersion);
        _fetchRequest = Encode(fetch, FetchVersion);
    }

    [GlobalCleanup]
    public void Clean() => _writer.Dispose();

    [Benchmark]
    public int ReadProduceRequest() => Read<ProduceRequest>(_produceRequest, ProduceVersion).TopicData.Count;

    [Benchmark]
    public int ReadFetchRequest() => Read<FetchRequest>(_fetchRequest, FetchVersion).Topics.Count;

    [Benchmark]
    public int WriteProduceResponse()
    {
        _writer.Reset();
        _produceResponse.Write(_writer, ProduceVersion);
        return _writer.Position;
    }

    private static T Read<T>(byte[] bytes, short version)
        where T : IMessage, new()
    {
        var message = new T();
        var reader = new ProtocolReader(bytes);
        message.Read(ref reader, version);
        return message;
    }

    private byte[] Encode(IMessage message, short version)
    {
        _writer.Reset();
        message.Write(_writer, version);
        return _writer.Written.ToArray();
    }
}
