using System.Runtime.InteropServices;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Replication;
using Platform.Broker.Schemas;
using Platform.Cluster.Quotas;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>Produce (key 0): appends record batches to partitions that this broker leads.</summary>
/// <remarks>v3 batches of format 2 · v7 zstd · v8 errors per record · v9 flexible · v10 leader hints (KIP-951) ·
/// v11 abortable errors · v12 partitions join transactions by being written to (KIP-890) · v13 topic ids
/// (KIP-516).</remarks>
internal sealed class ProduceHandler(
    ReplicaManager replicas, ProduceGate gate, MetadataCache metadata, BrokerTopicMetrics metrics,
    ClientQuotaManager quotas)
    : IApiHandler<ProduceRequest, ProduceResponse>
{
    private const short FirstVersionWithZstd = 7;
    private const short FirstVersionWithHints = 10;
    private const string AdminClientId = "__admin_client";
    private readonly LeaderHints _hints = new(replicas, metadata);

    public ValueTask<ProduceResponse?> HandleAsync(ProduceRequest request, RequestContext context)
    {
        if (!Acks.IsValid(request.Acks))
            return new(Fail(request, ErrorCode.InvalidRequiredAcks, ""));
        // While a request waits for the transaction coordinator or the schema registry, later ones of its connection wait behind it.
        if (context.Connection.Appended is { IsCompleted: false } earlier)
            return AppendLater(request, context, earlier, default);
        var words = gate.AskAsync(request, context);
        return words.IsCompletedSuccessfully
            ? Append(request, context, words.Result)
            : AppendLater(request, context, null, words);
    }

    private ValueTask<ProduceResponse?> AppendLater(
        ProduceRequest request, RequestContext context, Task? earlier, ValueTask<ProduceWords> words)
    {
        var appended = new TaskCompletionSource();
        context.Connection.Appended = appended.Task;
        return AppendLaterAsync(request, context, earlier, words, appended);
    }

    private async ValueTask<ProduceResponse?> AppendLaterAsync(
        ProduceRequest request, RequestContext context, Task? earlier, ValueTask<ProduceWords> pending,
        TaskCompletionSource appended)
    {
        ValueTask<ProduceResponse?> answer;
        try
        {
            if (earlier is not null)
            {
                await earlier;
                pending = gate.AskAsync(request, context);
            }
            answer = Append(request, context, await pending);
        }
        finally
        {
            appended.SetResult();
        }
        return await answer;
    }

    private ValueTask<ProduceResponse?> Append(ProduceRequest request, RequestContext context, in ProduceWords words)
    {
        if (words.Transaction.Error != ErrorCode.None)
            return new(Fail(request, words.Transaction.Error, ""));
        var response = new ProduceResponse();
        var next = 0;
        List<ReplicationWait>? waits = null;
        foreach (var topic in request.TopicData)
        {
            var topicResponse = new ProduceResponse.TopicProduceResponse { Name = topic.Name, TopicId = topic.TopicId };
            response.Responses.Add(topicResponse);
            foreach (var data in topic.PartitionData)
            {
                var (error, append) = words.Transaction.Partitions is { } partitions ? partitions[next] : default;
                var verdict = words.Schemas?[next];
                next++;
                topicResponse.PartitionResponses.Add(
                    error != ErrorCode.None ? Failed(data.Index, error, null)
                    : verdict is not null ? Refused(topic, data, verdict, context)
                    : Append(request, topic, data, context, append, ref waits));
            }
        }
        response.ThrottleTimeMs = quotas.Record(ClientQuotaKeys.ProducerByteRate, context, Bytes(request));
        // Up to here nothing was awaited, so that appends keep the order of requests on the connection.
        if (request.Acks == Acks.None)
            return AnswerNothing(response);
        return waits is null ? new(WithHints(response, context)) : AwaitReplicationAsync(response, waits, request.TimeoutMs, context);
    }

    private static long Bytes(ProduceRequest request)
    {
        long bytes = 0;
        foreach (var topic in request.TopicData)
            foreach (var partition in topic.PartitionData)
                bytes += partition.Records.SizeInBytes;
        return bytes;
    }

    public ProduceResponse? Fail(ProduceRequest request, ErrorCode error, string message)
    {
        if (request.Acks == Acks.None)
            return null;
        var response = new ProduceResponse();
        foreach (var topic in request.TopicData)
        {
            var topicResponse = new ProduceResponse.TopicProduceResponse { Name = topic.Name, TopicId = topic.TopicId };
            foreach (var data in topic.PartitionData)
                topicResponse.PartitionResponses.Add(Failed(data.Index, error, message));
            response.Responses.Add(topicResponse);
        }
        return response;
    }

    private ProduceResponse.PartitionProduceResponse Append(
        ProduceRequest request, ProduceRequest.TopicProduceData topic, ProduceRequest.PartitionProduceData data,
        RequestContext context, in TransactionAppend transaction, ref List<ReplicationWait>? waits)
    {
        if (Find(topic, data.Index) is not { } partition)
            return Failed(data.Index, metadata.WhyNotHosted(topic.Name, topic.TopicId, data.Index), null);
        if (Refuse(partition, data.Records, context) is { } refusal)
            return Failed(data.Index, refusal.Error, refusal.Message);

        // The frame is ours alone until the response is sent: the log patches offsets into it (both lie outside the CRC).
        var records = MemoryMarshal.AsMemory(data.Records.Memory);
        var appended = partition.AppendAsLeader(records, request.Acks, AppendOrigin.Client, expectedLeaderEpoch: -1, context.NowMs, transaction);
        var answer = Answer(data.Index, appended);
        if (appended.Error != ErrorCode.None)
        {
            metrics.ProduceFailed(partition.Id.Topic);
            return answer;
        }
        metrics.Produced(partition.Id.Topic, records.Length, appended.LastOffset - appended.FirstOffset + 1);
        if (request.Acks == Acks.All && partition.Log.HighWatermark <= appended.LastOffset)
            (waits ??= []).Add(new ReplicationWait(partition, appended.LastOffset + 1, partition.LeaderEpoch, answer));
        return answer;
    }

    private ProduceResponse.PartitionProduceResponse Refused(
        ProduceRequest.TopicProduceData topic, ProduceRequest.PartitionProduceData data, SchemaVerdict verdict,
        RequestContext context)
    {
        // What stands behind it must not overtake it when it may come again.
        if (verdict.Violations.Count == 0)
            Find(topic, data.Index)?.Log.OnRefused(data.Records.Memory.Span, verdict.Error, context.NowMs);
        var refused = Failed(data.Index, verdict.Error, verdict.Message);
        foreach (var (batchIndex, message) in verdict.Violations)
            refused.RecordErrors.Add(new() { BatchIndex = batchIndex, BatchIndexErrorMessage = message });
        return refused;
    }

    private Partition? Find(ProduceRequest.TopicProduceData topic, int partition) => topic.TopicId != Uuid.Zero
        ? replicas.Find(topic.TopicId, partition)
        : replicas.Find(new TopicPartition(topic.Name, partition));

    private static (ErrorCode Error, string Message)? Refuse(Partition partition, RecordsData records, RequestContext context)
    {
        if (InternalTopics.IsInternal(partition.Id.Topic) && context.ClientId != AdminClientId)
            return (ErrorCode.InvalidTopicException, $"{partition.Id.Topic} is an internal topic, which only brokers write");
        if (records.SizeInBytes < RecordBatchHeader.Size)
            return (ErrorCode.CorruptMessage, $"{records.SizeInBytes} bytes of records are shorter than a batch's header");
        var compression = RecordBatchHeader.Read(records.Memory.Span).Compression;
        if (compression == CompressionType.Zstd && context.ApiVersion < FirstVersionWithZstd)
            return (ErrorCode.UnsupportedCompressionType, $"zstd needs Produce version {FirstVersionWithZstd} or newer (KIP-110)");
        return null;
    }

    private static ProduceResponse.PartitionProduceResponse Answer(int index, LogAppendInfo appended)
    {
        if (appended.Error == ErrorCode.None)
            return new ProduceResponse.PartitionProduceResponse
            {
                Index = index,
                BaseOffset = appended.FirstOffset,
                LogAppendTimeMs = appended.LogAppendTime,
                LogStartOffset = appended.LogStartOffset,
            };
        var failed = Failed(index, appended.Error, appended.ErrorMessage);
        foreach (var (batchIndex, message) in appended.RecordErrors)
            failed.RecordErrors.Add(new ProduceResponse.BatchIndexAndErrorMessage { BatchIndex = batchIndex, BatchIndexErrorMessage = message });
        return failed;
    }

    private static ProduceResponse.PartitionProduceResponse Failed(int index, ErrorCode error, string? message) => new()
    {
        Index = index,
        ErrorCode = error,
        ErrorMessage = string.IsNullOrEmpty(message) ? error.Describe() : message,
        BaseOffset = -1,
        LogAppendTimeMs = -1,
        LogStartOffset = -1,
    };

    // With acks=0 nobody reads an error: closing the connection makes the client look at its metadata again.
    private static ValueTask<ProduceResponse?> AnswerNothing(ProduceResponse response)
    {
        foreach (var topic in response.Responses)
            foreach (var partition in topic.PartitionResponses)
                if (partition.ErrorCode != ErrorCode.None)
                    throw new UnansweredRequestException($"produce with acks=0 to {topic.Name}-{partition.Index} failed: {partition.ErrorMessage}");
        return default;
    }

    private async ValueTask<ProduceResponse?> AwaitReplicationAsync(
        ProduceResponse response, List<ReplicationWait> waits, int timeoutMs, RequestContext context)
    {
        foreach (var wait in waits)
        {
            var error = await replicas.WhenReplicatedAsync(wait.Partition, wait.Offset, wait.LeaderEpoch, timeoutMs);
            if (error == ErrorCode.None)
                continue;
            wait.Answer.ErrorCode = error;
            wait.Answer.ErrorMessage = error.Describe();
        }
        return WithHints(response, context);
    }

    // KIP-951: who came to the wrong broker is told the right one.
    private ProduceResponse WithHints(ProduceResponse response, RequestContext context)
    {
        if (context.ApiVersion < FirstVersionWithHints)
            return response;
        foreach (var topic in response.Responses)
            foreach (var partition in topic.PartitionResponses)
                if (LeaderHints.Explains(partition.ErrorCode)
                    && _hints.Find(topic.Name, topic.TopicId, partition.Index, context.ListenerName) is { } hint)
                    Add(response, partition, hint);
        return response;
    }

    private static void Add(ProduceResponse response, ProduceResponse.PartitionProduceResponse partition, LeaderHint hint)
    {
        partition.CurrentLeader = new() { LeaderId = hint.LeaderId, LeaderEpoch = hint.LeaderEpoch };
        if (hint.EndPoint is { } endPoint && response.NodeEndpoints.TrueForAll(known => known.NodeId != hint.LeaderId))
            response.NodeEndpoints.Add(
                new() { NodeId = hint.LeaderId, Host = endPoint.Host, Port = endPoint.Port, Rack = hint.Rack });
    }

    private readonly record struct ReplicationWait(
        Partition Partition, long Offset, int LeaderEpoch, ProduceResponse.PartitionProduceResponse Answer);
}
