using System.Collections.Immutable;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Brokers and controllers that are registered.</summary>
/// <param name="Brokers">Brokers by id.</param>
/// <param name="Controllers">Controllers by id.</param>
public sealed record ClusterImage(
    ImmutableSortedDictionary<int, BrokerRegistration> Brokers,
    ImmutableSortedDictionary<int, ControllerRegistration> Controllers)
{
    /// <summary>Nobody is registered.</summary>
    public static readonly ClusterImage Empty = new(
        ImmutableSortedDictionary<int, BrokerRegistration>.Empty, ImmutableSortedDictionary<int,
        ControllerRegistration>.Empty);

    /// <summary>The broker of that id, or null.</summary>
    public BrokerRegistration? Broker(int id) => Brokers.GetValueOrDefault(id);

    /// <summary>True when the broker is registered and can lead.</summary>
    public bool IsActive(int id) => Broker(id) is { IsActive: true };

    /// <summary>True unless the directory of the broker that holds the replica is known to be offline.</summary>
    public bool HasOnlineDirectory(PartitionRegistration partition, int brokerId) =>
        Broker(brokerId) is not { } broker || broker.HasOnlineDirectory(partition.DirectoryOf(brokerId));

    /// <summary>True when a replica can be used: its broker serves, and the directory that holds it.</summary>
    public bool IsOnline(PartitionRegistration partition, int brokerId) =>
        Broker(brokerId) is { Fenced: false } && HasOnlineDirectory(partition, brokerId);

    /// <summary>Brokers that clients may be told of, by id.</summary>
    public IEnumerable<BrokerRegistration> UnfencedBrokers => Brokers.Values.Where(broker => !broker.Fenced);

    internal IEnumerable<IMetadataRecord> ToRecords() =>
        [.. Controllers.Values.Select(controller => controller.ToRecord()),
        .. Brokers.Values.Select(broker => broker.ToRecord())];
}
