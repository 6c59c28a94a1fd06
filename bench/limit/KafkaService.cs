using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Bench.Limit;

/// <summary>
/// As little of Kafka as clients accept: ApiVersions 0, Metadata 1, Produce 3-7 and Fetch 4. Produce checks the CRC
/// and writes; Fetch sends from the file. No limits, no quotas, no waiting for replicas.
/// </summary>
internal sealed class KafkaService(BareLog log, int port) : IBareService
{
    private const int MaxIdleWaitMs = 100;
    private const short NoError = 0;

    private readonly ProtocolWriter _response = new(4096);
    private readonly SendPackets _packets = new();

    public async ValueTask AnswerAsync(Socket socket, Memory<byte> frame)
    {
        var key = (ApiKey)BinaryPrimitives.ReadInt16BigEndian(frame.Span);
        if (key == ApiKey.Fetch)
        {
            await FetchAsync(socket, frame).ConfigureAwait(false);
            return;
        }
        if (Answer(key, frame.Span))
            await socket.SendAsync(_response.Written).ConfigureAwait(false);
    }

    // False when no response is to be sent.
    private bool Answer(ApiKey key, Span<byte> frame)
    {
        var request = new FrameCursor(frame);
        request.ReadInt16();
        var version = request.ReadInt16();
        Begin(request.ReadInt32());
        request.ReadString();
        switch (key)
        {
            case ApiKey.ApiVersions: WriteVersions(version); break;
            case ApiKey.Metadata: WriteMetadata(); break;
            case ApiKey.Produce: return Produce(ref request, version);
            default: throw new InvalidDataException($"{key} is not served here");
        }
        return End();
    }

    private void Begin(int correlationId)
    {
        _response.Reset();
        _response.WriteInt32(0);
        _response.WriteInt32(correlationId);
    }

    private bool End(int followingBytes = 0)
    {
        BinaryPrimitives.WriteInt32BigEndian(
            _response.WrittenSpan, _response.Position - sizeof(int) + followingBytes);
        return true;
    }

    // A newer version than 0 is refused in the layout of version 0, as KIP-511 has it; clients then ask again.
    private void WriteVersions(short version)
    {
        var response = new ApiVersionsResponse
        {
            ErrorCode = version == 0 ? ErrorCode.None : ErrorCode.UnsupportedVersion,
            ApiKeys =
            [
                // librdkafka compresses only where version 0 is listed (KAFKA-18659), and then asks for 7.
                new() { ApiKey = (short)ApiKey.Produce, MinVersion = 0, MaxVersion = 7 },
                new() { ApiKey = (short)ApiKey.Fetch, MinVersion = 4, MaxVersion = 4 },
                new() { ApiKey = (short)ApiKey.Metadata, MinVersion = 1, MaxVersion = 1 },
                new() { ApiKey = (short)ApiKey.ApiVersions, MinVersion = 0, MaxVersion = 0 },
            ],
        };
        response.Write(_response, 0);
    }

    private void WriteMetadata()
    {
        var topic = new MetadataResponse.MetadataResponseTopic { Name = Encoding.UTF8.GetString(log.Topic) };
        for (var i = 0; i < log.PartitionCount; i++)
            topic.Partitions.Add(new() { PartitionIndex = i, LeaderId = 1, ReplicaNodes = [1], IsrNodes = [1] });
        var response = new MetadataResponse
        {
            Brokers = [new() { NodeId = 1, Host = "127.0.0.1", Port = port }],
            ControllerId = 1,
            Topics = [topic],
        };
        response.Write(_response, 1);
    }

    private bool Produce(ref FrameCursor request, short version)
    {
        request.ReadString();
        var acks = request.ReadInt16();
        request.ReadInt32();
        var topics = request.ReadInt32();
        _response.WriteInt32(topics);
        for (; topics > 0; topics--)
        {
            var topic = request.ReadString();
            _response.WriteInt16((short)topic.Length);
            _response.WriteRaw(topic);
            var partitions = request.ReadInt32();
            _response.WriteInt32(partitions);
            for (; partitions > 0; partitions--)
                ProducePartition(ref request, topic, version);
        }
        _response.WriteInt32(0);
        End();
        return acks != 0;
    }

    private void ProducePartition(ref FrameCursor request, ReadOnlySpan<byte> topic, short version)
    {
        var index = request.ReadInt32();
        var batch = request.Take(request.ReadInt32());
        var partition = log.Find(topic, index);
        var isValid = batch.Length > RecordBatchHeader.Size
            && batch[RecordBatchHeader.MagicPosition] == RecordBatchHeader.CurrentMagic
            && RecordBatchHeader.IsValidCrc(batch);
        var error = partition is null ? ErrorCode.UnknownTopicOrPartition
            : isValid ? ErrorCode.None : ErrorCode.CorruptMessage;

        _response.WriteInt32(index);
        _response.WriteErrorCode(error);
        _response.WriteInt64(error == ErrorCode.None ? partition!.Append(batch) : -1);
        _response.WriteInt64(-1);
        if (version >= 5)
            _response.WriteInt64(0);
    }

    private async ValueTask FetchAsync(Socket socket, Memory<byte> frame)
    {
        var slice = ReadFetch(frame.Span, out var maxWaitMs);
        if (slice.Length == 0)
        {
            await Task.Delay(Math.Min(maxWaitMs, MaxIdleWaitMs)).ConfigureAwait(false);
            await socket.SendAsync(_response.Written).ConfigureAwait(false);
            return;
        }
        await _packets.SendAsync(socket, _response.Written, slice).ConfigureAwait(false);
    }

    // One topic and one partition, as the load generator asks.
    private BarePartition.Slice ReadFetch(Span<byte> frame, out int maxWaitMs)
    {
        var request = new FrameCursor(frame);
        request.ReadInt32();
        Begin(request.ReadInt32());
        request.ReadString();
        request.ReadInt32();
        maxWaitMs = request.ReadInt32();
        request.Take(sizeof(int) + sizeof(int) + 1 + sizeof(int));
        var topic = request.ReadString();
        request.ReadInt32();
        var index = request.ReadInt32();
        var offset = request.ReadInt64();
        var partition = log.Find(topic, index) ?? throw new InvalidDataException($"partition {index} does not exist");
        var slice = partition.Read(offset, request.ReadInt32());
        WriteFetch(topic, index, slice);
        return slice;
    }

    private void WriteFetch(ReadOnlySpan<byte> topic, int index, BarePartition.Slice slice)
    {
        _response.WriteInt32(0);
        _response.WriteInt32(1);
        _response.WriteInt16((short)topic.Length);
        _response.WriteRaw(topic);
        _response.WriteInt32(1);
        _response.WriteInt32(index);
        _response.WriteInt16(NoError);
        _response.WriteInt64(slice.EndOffset);
        _response.WriteInt64(slice.EndOffset);
        _response.WriteInt32(0);
        _response.WriteInt32(slice.Length);
        End(slice.Length);
    }
}
