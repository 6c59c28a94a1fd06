using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Broker.Quorum;

/// <summary>
/// The controller while this node leads. An operation decides on the newest image, which holds records that are not
/// committed yet; its records go into one batch, so that all or none of them survive; its answer waits until what it
/// saw and wrote is committed and applied. When leadership is lost the object is dropped, and with it the newer image.
/// </summary>
internal sealed class ActiveController(ControllerLoopOptions options, RaftDriver raft,
    BrokerHeartbeatTracker heartbeats, MetadataImage committed)
{
    /// <summary>Most operations that wait for their commit.</summary>
    internal const int MaxParked = 10_000;

    private readonly Queue<ControllerOperation> _parked = new();

    /// <summary>The newest image, uncommitted records included.</summary>
    public MetadataImage Latest { get; private set; } = committed;

    /// <summary>Operations that wait.</summary>
    public int ParkedCount => _parked.Count;

    /// <summary>Runs an operation.</summary>
    public void Run(ControllerOperation operation)
    {
        try
        {
            if (_parked.Count >= MaxParked)
                throw new KafkaException(ErrorCode.RequestTimedOut,
                    $"{MaxParked} operations wait for their commit already");
            Append(operation.Decide(Context()));
            operation.Offset = Latest.Offset;
            _parked.Enqueue(operation);
        }
        catch (KafkaException refused)
        {
            operation.Fail(refused);
        }
        catch (Exception error)
        {
            options.Logger.OperationFailed(error);
            operation.Fail(new KafkaException(ErrorCode.UnknownServerError, error.Message, error));
            // The operation's own mistakes end here; a log that failed ends the node.
            if (error is RaftInvariantException or IOException)
                throw;
        }
    }

    /// <summary>Answers the operations whose records are committed and applied up to an offset.</summary>
    public void OnApplied(long offset)
    {
        while (_parked.TryPeek(out var operation) && operation.Offset <= offset)
            _parked.Dequeue().Complete();
    }

    /// <summary>Tells everybody who waits that this node is no longer the controller. Their records may be committed by
    /// the next one, or not.</summary>
    public void Resign(Exception reason)
    {
        while (_parked.TryDequeue(out var operation))
            operation.Fail(reason);
    }

    /// <summary>What an operation may look at.</summary>
    public ControllerContext Context() => new()
    {
        Image = Latest,
        Config = options.Config,
        ClusterId = options.Raft.ClusterId,
        NextOffset = raft.Node.Log.EndOffset,
        NowMs = raft.NowMs,
        Heartbeats = heartbeats,
        Placer = options.Placer,
        NewTopicId = options.NewTopicId,
        Voters = [.. raft.Node.Voters.Voters.Select(voter => voter.Id)],
    };

    private void Append(IReadOnlyList<IMetadataRecord> records)
    {
        if (records.Count == 0)
            return;
        // Replayed first: records that contradict the image must never reach the log.
        var delta = new MetadataDelta(Latest);
        delta.Replay(records);
        var batch = Encode(records);
        var error = batch.Length > RaftSettings.MaxBatchBytes ? ErrorCode.RecordListTooLarge : raft.Append(batch);
        if (error != ErrorCode.None)
            throw new KafkaException(error,
                $"{records.Count} records of {batch.Length} bytes cannot be appended in one batch: {error.Describe()}");
        Latest = delta.Apply(raft.Node.Log.EndOffset - 1, raft.Node.Leader.Epoch);
    }

    private byte[] Encode(IReadOnlyList<IMetadataRecord> records)
    {
        using var batch = new RecordBatchBuilder();
        var nowMs = raft.NowMs;
        foreach (var record in records)
            batch.Append(nowMs, null, MetadataRecordSerde.Write(record));
        return batch.Build();
    }
}
