using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Which producer ids were handed out.</summary>
/// <param name="NextProducerId">First id that nobody has; 0 at the beginning.</param>
public sealed record ProducerIdsImage(long NextProducerId)
{
    /// <summary>None were handed out.</summary>
    public static readonly ProducerIdsImage Empty = new(0);

    internal IEnumerable<IMetadataRecord> ToRecords() =>
        NextProducerId == 0 ? []
        : [new ProducerIdsRecord { BrokerId = -1, BrokerEpoch = -1, NextProducerId = NextProducerId }];
}
