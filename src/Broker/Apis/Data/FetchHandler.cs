using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Replication;
using Platform.Cluster.FetchSessions;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>Fetch (key 1): reads record batches as they lie on disk.</summary>
/// <remarks>v4 isolation level · v7 sessions (KIP-227) · v9 leader epochs · v12 divergence (KIP-595) · v13 topic ids
/// (KIP-516) · v16 leader hints (KIP-951).</remarks>
internal sealed class FetchHandler(
    ReplicaManager replicas, FetchSessionCache sessions, MetadataCache metadata, BrokerTopicMetrics metrics, int maxResponseBytes)
    : IApiHandler<FetchRequest, FetchResponse>
{
    private const sbyte ReadCommitted = 1;

    public ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context)
    {
        var fetch = sessions.Begin(request, context.ApiVersion, context.NowMs);
        if (fetch.Error != ErrorCode.None)
            return new(Fail(request, fetch.Error, ""));
        var isolation = request.IsolationLevel == ReadCommitted ? FetchIsolation.TxnCommitted : FetchIsolation.HighWatermark;
        var pending = replicas.ReadAsync(
            fetch.Targets, isolation, request.MinBytes, Math.Min(request.MaxBytes, maxResponseBytes), request.MaxWaitMs);
        return pending.IsCompletedSuccessfully
            ? new(Finish(fetch, pending.Result, context))
            : FinishLaterAsync(fetch, pending, context);
    }

    public FetchResponse? Fail(FetchRequest request, ErrorCode error, string message) => new() { ErrorCode = error };

    private async ValueTask<FetchResponse?> FinishLaterAsync(
        FetchContext fetch, ValueTask<List<FetchedPartition>> pending, RequestContext context) => Finish(fetch, await pending, context);

    private FetchResponse Finish(FetchContext fetch, List<FetchedPartition> fetched, RequestContext context)
    {
        foreach (var read in fetched)
        {
            var (target, data) = read;
            if (data.ErrorCode is ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId)
                data.ErrorCode = metadata.WhyNotHosted(target.Topic, target.TopicId, target.Partition);
            else if (data.ErrorCode == ErrorCode.None)
                metrics.Fetched(read.HostedTopic, data.Records.SizeInBytes);
        }
        return sessions.Finish(fetch, fetched, context.NowMs);
    }
}
