using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Replication;
using Platform.Broker.Security;
using Platform.Cluster.FetchSessions;
using Platform.Cluster.Quotas;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>Fetch (key 1): reads record batches as they lie on disk, for consumers and followers.</summary>
/// <remarks>v4 isolation level · v7 sessions (KIP-227) · v9 leader epochs · v11 reads from followers (KIP-392) · v12 divergence (KIP-595) · v13 topic ids
/// (KIP-516) · v15 epochs of brokers (KIP-903) · v16 leader hints (KIP-951) · v18 watermark of followers
/// (KIP-1166).</remarks>
internal sealed class FetchHandler(
    ReplicaManager replicas, FetchSessionCache sessions, MetadataCache metadata, BrokerTopicMetrics metrics,
    ClientQuotaManager quotas, FetchAccess access, int maxResponseBytes)
    : IApiHandler<FetchRequest, FetchResponse>
{
    private const sbyte ReadCommitted = 1;
    private const short FirstVersionWithRack = 11;
    private const short FirstVersionWithReplicaState = 15;
    private const short FirstVersionWithHints = 16;
    private readonly LeaderHints _hints = new(replicas, metadata);

    public ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context)
    {
        var fetch = sessions.Begin(request, context.ApiVersion, context.NowMs);
        if (fetch.Error != ErrorCode.None)
            return new(Fail(request, fetch.Error, ""));
        var parameters = Parameters(request, context.ApiVersion);
        context.IsFromFollower = parameters.IsFollower;
        var allowed = access.Allowed(fetch.Targets, context, parameters.IsFollower, out var refused);
        var pending = replicas.ReadAsync(allowed, parameters);
        return pending.IsCompletedSuccessfully
            ? new(Finish(fetch, With(pending.Result, refused), parameters.IsFollower, context))
            : FinishLaterAsync(fetch, pending, refused, parameters.IsFollower, context);
    }

    public FetchResponse? Fail(FetchRequest request, ErrorCode error, string message) => new() { ErrorCode = error };

    private FetchParams Parameters(FetchRequest request, short version)
    {
        var (replicaId, replicaEpoch) = version >= FirstVersionWithReplicaState
            ? (request.ReplicaState.ReplicaId, request.ReplicaState.ReplicaEpoch)
            : (request.ReplicaId, -1);
        var isolation = replicaId >= 0 ? FetchIsolation.LogEnd
            : request.IsolationLevel == ReadCommitted ? FetchIsolation.TxnCommitted : FetchIsolation.HighWatermark;
        return new FetchParams(isolation, request.MinBytes, Math.Min(request.MaxBytes, maxResponseBytes), request.MaxWaitMs,
            replicaId >= 0 ? new ReplicaIdentity(replicaId, replicaEpoch) : null, Math.Max(replicaId, FetchParams.NoFollower),
            replicaId < 0 && version >= FirstVersionWithRack ? request.RackId : null);
    }

    private async ValueTask<FetchResponse?> FinishLaterAsync(
        FetchContext fetch, ValueTask<List<FetchedPartition>> pending, List<FetchedPartition>? refused, bool isFollower,
        RequestContext context) =>
        Finish(fetch, With(await pending, refused), isFollower, context);

    private static List<FetchedPartition> With(List<FetchedPartition> fetched, List<FetchedPartition>? refused)
    {
        if (refused is not null)
            fetched.AddRange(refused);
        return fetched;
    }

    private FetchResponse Finish(FetchContext fetch, List<FetchedPartition> fetched, bool isFollower, RequestContext context)
    {
        List<LeaderHint>? hints = null;
        foreach (var read in fetched)
        {
            var (target, data) = read;
            if (data.ErrorCode is ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId)
                data.ErrorCode = metadata.WhyNotHosted(target.Topic, target.TopicId, target.Partition);
            if (data.ErrorCode == ErrorCode.None)
                Count(read, isFollower);
            else if (context.ApiVersion >= FirstVersionWithHints && LeaderHints.Explains(data.ErrorCode))
                AddHint(target, data, context.ListenerName, ref hints);
        }
        var response = sessions.Finish(fetch, fetched, context.NowMs);
        if (!isFollower)
            response.ThrottleTimeMs = quotas.Record(ClientQuotaKeys.ConsumerByteRate, context, Bytes(fetched));
        if (hints is not null)
            response.NodeEndpoints = [.. hints.DistinctBy(hint => hint.LeaderId).Select(Describe)];
        return response;
    }

    private void Count(in FetchedPartition read, bool isFollower)
    {
        if (isFollower)
            CountSent(read);
        else
            metrics.Fetched(read.HostedTopic, read.Data.Records.SizeInBytes);
    }

    private static long Bytes(List<FetchedPartition> fetched)
    {
        long bytes = 0;
        foreach (var read in fetched)
            bytes += read.Data.Records.SizeInBytes;
        return bytes;
    }

    private void CountSent(in FetchedPartition read)
    {
        replicas.Counters.Sent(read.Data.Records.SizeInBytes);
        replicas.Find(read.Target)?.SentToFollower(read.Data.Records.SizeInBytes);
    }

    private void AddHint(FetchTarget target, FetchResponse.PartitionData data, string listener, ref List<LeaderHint>? hints)
    {
        if (_hints.Find(target.Topic, target.TopicId, target.Partition, listener) is not { } hint)
            return;
        data.CurrentLeader = new() { LeaderId = hint.LeaderId, LeaderEpoch = hint.LeaderEpoch };
        if (hint.EndPoint is not null)
            (hints ??= []).Add(hint);
    }

    private static FetchResponse.NodeEndpoint Describe(LeaderHint hint) => new()
    {
        NodeId = hint.LeaderId,
        Host = hint.EndPoint!.Host,
        Port = hint.EndPoint.Port,
        Rack = hint.Rack,
    };
}
