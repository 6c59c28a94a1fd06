using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>
/// Everything that the metadata log says up to an offset. Immutable and shared freely between threads; the next one is
/// made by a <see cref="MetadataDelta"/>. All enumeration is sorted.
/// </summary>
public sealed record MetadataImage
{
    /// <summary>Before the first record.</summary>
    public static readonly MetadataImage Empty = new();

    /// <summary>Offset of the last record that is in the image; -1 when there is none.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>Epoch of the controller that wrote that record; -1 when there is none.</summary>
    public int Epoch { get; init; } = -1;

    /// <summary>Finalised features.</summary>
    public FeaturesImage Features { get; init; } = FeaturesImage.Empty;

    /// <summary>Brokers and controllers.</summary>
    public ClusterImage Cluster { get; init; } = ClusterImage.Empty;

    /// <summary>Topics and partitions.</summary>
    public TopicsImage Topics { get; init; } = TopicsImage.Empty;

    /// <summary>Stored settings.</summary>
    public ConfigurationsImage Configurations { get; init; } = ConfigurationsImage.Empty;

    /// <summary>Quotas of clients.</summary>
    public ClientQuotasImage ClientQuotas { get; init; } = ClientQuotasImage.Empty;

    /// <summary>Access rules.</summary>
    public AclsImage Acls { get; init; } = AclsImage.Empty;

    /// <summary>Credentials of users.</summary>
    public ScramImage Scram { get; init; } = ScramImage.Empty;

    /// <summary>Producer ids that were handed out.</summary>
    public ProducerIdsImage ProducerIds { get; init; } = ProducerIdsImage.Empty;

    /// <summary>Records that make this image out of an empty one, as a snapshot holds them.</summary>
    public IEnumerable<IMetadataRecord> ToRecords() =>
        [.. Features.ToRecords(), .. Cluster.ToRecords(), .. Topics.ToRecords(), .. Configurations.ToRecords(),
         .. ClientQuotas.ToRecords(), .. Acls.ToRecords(), .. Scram.ToRecords(), .. ProducerIds.ToRecords()];
}
