namespace Platform.Cluster.Coordination;

/// <summary>A producer and its epoch, as whose transaction records are written.</summary>
public readonly record struct ProducerIdAndEpoch(long ProducerId, short Epoch);
