using Platform.Cluster.FetchSessions;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <content>Reads for consumers and followers.</content>
internal sealed partial class Partition
{
    /// <summary>Reads for a follower, and counts the fetch as proof of what the follower holds.</summary>
    /// <param name="target">What is asked for.</param>
    /// <param name="replica">Who asks.</param>
    /// <param name="maxBytes">Bytes that are left in the response.</param>
    /// <param name="minOneMessage">Return a first batch that is larger than that.</param>
    public FetchResponse.PartitionData ReadForFollower(
        FetchTarget target, ReplicaIdentity replica, int maxBytes, bool minOneMessage)
    {
        var fetch = new FollowerFetch(replica.BrokerId, replica.BrokerEpoch, target.FetchOffset, target.LogStartOffset);
        if (Volatile.Read(ref _leader) is { } leader
            && leader.CheckFollower(fetch, target.CurrentLeaderEpoch >= 0) is var error && error != ErrorCode.None)
            return FetchErrors.Of(target.Partition, error);
        var data = Read(target, FetchIsolation.LogEnd, maxBytes, minOneMessage);
        if (data.ErrorCode != ErrorCode.None || data.DivergingEpoch.Epoch >= 0)
            return data;
        OnFollowerFetch(fetch, target.CurrentLeaderEpoch);
        data.HighWatermark = Log.HighWatermark;
        return data;
    }

    /// <summary>Reads for one partition of a fetch. Errors are in the result.</summary>
    /// <param name="target">What is asked for.</param>
    /// <param name="isolation">How far the reader may see.</param>
    /// <param name="maxBytes">Bytes that are left in the response.</param>
    /// <param name="minOneMessage">Return a first batch that is larger than that.</param>
    /// <param name="clientRack">Rack of a consumer that may read from followers; null for those who need the leader.</param>
    public FetchResponse.PartitionData Read(
        FetchTarget target, FetchIsolation isolation, int maxBytes, bool minOneMessage, string? clientRack = null)
    {
        try
        {
            return ReadLog(target, isolation, maxBytes, minOneMessage, clientRack);
        }
        catch (KafkaStorageException)
        {
            return FetchErrors.Of(target.Partition, ErrorCode.KafkaStorageError);
        }
    }

    private FetchResponse.PartitionData ReadLog(
        FetchTarget target, FetchIsolation isolation, int maxBytes, bool minOneMessage, string? clientRack)
    {
        var data = new FetchResponse.PartitionData
        {
            PartitionIndex = target.Partition,
            ErrorCode = clientRack is null ? CheckLeader(target.CurrentLeaderEpoch) : CheckReadable(target.CurrentLeaderEpoch),
            HighWatermark = Log.HighWatermark,
            LogStartOffset = Log.LogStartOffset,
            Records = RecordsData.Empty,
            AbortedTransactions = null,
        };
        if (data.ErrorCode != ErrorCode.None)
            return FetchErrors.Clear(data);
        if (FindDivergence(target, data) || FindBetterReplica(target, clientRack, data))
            return data;
        var log = Log;
        var read = log.Read(target.FetchOffset, Math.Min(maxBytes, target.MaxBytes), isolation, minOneMessage);
        // It was replaced meanwhile, by one that holds the same.
        if (read.Error == ErrorCode.NotLeaderOrFollower && log != Log)
            read = Log.Read(target.FetchOffset, Math.Min(maxBytes, target.MaxBytes), isolation, minOneMessage);
        if (read.Error != ErrorCode.None)
            return FetchErrors.Clear(data, read.Error);
        data.LastStableOffset = read.LastStableOffset;
        data.Records = read.Records;
        data.AbortedTransactions = read.AbortedTransactions is { } aborted ? InResponse(aborted) : null;
        return data;
    }

    // The consumer comes back to the leader when the replica does not suit it, and after metadata.max.age.ms.
    private bool FindBetterReplica(FetchTarget target, string? clientRack, FetchResponse.PartitionData data)
    {
        if (!context.Rules.PrefersSameRack || clientRack is not { Length: > 0 } || Volatile.Read(ref _leader) is not { } leader)
            return false;
        lock (_lock)
            data.PreferredReadReplica = leader.PreferredReadReplica(clientRack, target.FetchOffset, context.NowMs) ?? -1;
        data.LastStableOffset = Log.LastStableOffset;
        return data.PreferredReadReplica >= 0;
    }

    private static List<FetchResponse.AbortedTransaction> InResponse(IReadOnlyList<AbortedTransaction> aborted)
    {
        var list = new List<FetchResponse.AbortedTransaction>(aborted.Count);
        foreach (var transaction in aborted)
            list.Add(new() { ProducerId = transaction.ProducerId, FirstOffset = transaction.FirstOffset });
        return list;
    }

    private void OnFollowerFetch(in FollowerFetch fetch, int leaderEpoch)
    {
        bool moved;
        IsrChange? change;
        lock (_lock)
        {
            if (_leader is not { } leader || (leaderEpoch >= 0 && leader.LeaderEpoch != leaderEpoch))
                return;
            moved = leader.OnFollowerFetch(fetch, context.NowMs);
            if (moved)
                PublishHighWatermark();
            change = leader.ProposeExpansion(fetch.BrokerId);
        }
        if (moved)
            NotifyWatchers();
        else
            LowWatermarkWatchers.Check();
        Submit(change);
    }

    // KIP-320/595: a reader whose last epoch ended earlier here than it believes must truncate, not read on.
    private bool FindDivergence(FetchTarget target, FetchResponse.PartitionData data)
    {
        if (target.LastFetchedEpoch < 0)
            return false;
        var found = FetchDivergence.Find(new FetchPosition(target.FetchOffset, target.LastFetchedEpoch),
            Log.LogStartOffset, Log.EndOffsetForEpoch(target.LastFetchedEpoch));
        if (found.Error != ErrorCode.None)
            FetchErrors.Clear(data, found.Error);
        else if (found.IsFound)
            data.DivergingEpoch = new FetchResponse.EpochEndOffset { Epoch = found.Epoch, EndOffset = found.EndOffset };
        return found.IsFound;
    }
}

/// <summary>Which replica fetches.</summary>
/// <param name="BrokerId">Its broker.</param>
/// <param name="BrokerEpoch">Epoch of the broker's registration; -1 when it gave none.</param>
internal readonly record struct ReplicaIdentity(int BrokerId, long BrokerEpoch);

/// <summary>The shape of a partition's answer when there is nothing to read.</summary>
internal static class FetchErrors
{
    public static FetchResponse.PartitionData Of(int partition, ErrorCode error) =>
        Clear(new FetchResponse.PartitionData { PartitionIndex = partition }, error);

    public static FetchResponse.PartitionData Clear(FetchResponse.PartitionData data, ErrorCode? error = null)
    {
        data.ErrorCode = error ?? data.ErrorCode;
        data.HighWatermark = -1;
        data.LastStableOffset = -1;
        data.LogStartOffset = -1;
        data.Records = RecordsData.Empty;
        data.AbortedTransactions = null;
        return data;
    }
}
