using Platform.Client.Network;

namespace Platform.Client.Producing;

/// <summary>A batch and the queue it was taken from.</summary>
internal readonly record struct TakenBatch(PartitionQueue Queue, ProducerBatch Batch);

/// <summary>What the sender knows of one broker. Requests leave in order, over one connection.</summary>
internal sealed class BrokerLane(int nodeId)
{
    private int _inFlight;

    public int NodeId => nodeId;

    public BrokerConnection? Connection { get; set; }

    public bool IsConnecting { get; set; }

    /// <summary>No attempt to connect before this time.</summary>
    public long ConnectAtMs { get; set; }

    /// <summary>Batches of the request that is being put together.</summary>
    public List<TakenBatch> Taken { get; private set; } = [];

    public int TakenBytes { get; private set; }

    public bool HasRoom(int maxInFlight) => Volatile.Read(ref _inFlight) < maxInFlight;

    public void Take(PartitionQueue queue, ProducerBatch batch)
    {
        Taken.Add(new TakenBatch(queue, batch));
        TakenBytes += batch.EstimatedSize;
    }

    /// <summary>The batches of the next request; the lane starts another.</summary>
    public List<TakenBatch> Dispatch()
    {
        Interlocked.Increment(ref _inFlight);
        return TakeBack();
    }

    /// <summary>The batches of a request that will not be sent.</summary>
    public List<TakenBatch> TakeBack()
    {
        var batches = Taken;
        Taken = [];
        TakenBytes = 0;
        return batches;
    }

    public void OnAnswered() => Interlocked.Decrement(ref _inFlight);
}
