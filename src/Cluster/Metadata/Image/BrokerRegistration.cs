using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Versions of a feature that a node can work with.</summary>
public readonly record struct FeatureRange(short Min, short Max);

/// <summary>A broker as it registered itself.</summary>
public sealed record BrokerRegistration
{
    /// <summary>node.id.</summary>
    public required int Id { get; init; }

    /// <summary>Offset of the registration's record; grows with every registration.</summary>
    public required long Epoch { get; init; }

    /// <summary>Made anew at every start of the process.</summary>
    public required Uuid IncarnationId { get; init; }

    /// <summary>Advertised addresses, in the order of registration.</summary>
    public required IReadOnlyList<EndPoint> EndPoints { get; init; }

    /// <summary>Features that the broker supports.</summary>
    public required ImmutableSortedDictionary<string, FeatureRange> Features { get; init; }

    /// <summary>Rack, when it has one.</summary>
    public string? Rack { get; init; }

    /// <summary>True while it must not lead or be told to clients.</summary>
    public bool Fenced { get; init; }

    /// <summary>True while it hands its leaderships over.</summary>
    public bool InControlledShutdown { get; init; }

    /// <summary>Ids of its data directories that are online.</summary>
    public IReadOnlyList<Uuid> LogDirs { get; init; } = [];

    /// <summary>Directories that get no new partitions; null when the broker does not know the notion.</summary>
    public IReadOnlyList<Uuid>? CordonedLogDirs { get; init; }

    /// <summary>True when it has a directory that takes new replicas, or keeps its directories to itself.</summary>
    public bool TakesNewReplicas =>
        LogDirs.Count == 0 || CordonedLogDirs is not { Count: > 0 } cordoned || LogDirs.Except(cordoned).Any();

    /// <summary>Can what lies in this directory be used? A broker that registered none keeps them to itself.</summary>
    public bool HasOnlineDirectory(Uuid id) => id == DirectoryId.Unassigned || id == DirectoryId.Migrating
        || (id != DirectoryId.Lost && (LogDirs.Count == 0 || LogDirs.Contains(id)));

    /// <summary>Where a new replica goes as far as a controller can tell: of several directories the broker itself chooses,
    /// and tells.</summary>
    public Uuid DefaultDirectory => LogDirs switch
    {
        [] => DirectoryId.Migrating,
        [var only] => only,
        _ => DirectoryId.Unassigned,
    };

    /// <summary>True when it can lead: neither fenced nor on its way down.</summary>
    public bool IsActive => !Fenced && !InControlledShutdown;

    /// <summary>The address of a listener, or null.</summary>
    public EndPoint? EndPointOf(string listenerName) =>
        EndPoints.FirstOrDefault(endPoint => endPoint.ListenerName == listenerName);

    internal static BrokerRegistration From(RegisterBrokerRecord record) => new()
    {
        Id = record.BrokerId,
        Epoch = record.BrokerEpoch,
        IncarnationId = record.IncarnationId,
        EndPoints = [.. record.EndPoints.Select(e =>
        new EndPoint(e.Name, e.Host, e.Port, (SecurityProtocol)e.SecurityProtocol))],
        Features = record.Features.ToImmutableSortedDictionary(feature => feature.Name,
            feature => new FeatureRange(feature.MinSupportedVersion, feature.MaxSupportedVersion),
            StringComparer.Ordinal),
        Rack = record.Rack,
        Fenced = record.Fenced,
        InControlledShutdown = record.InControlledShutdown,
        LogDirs = [.. record.LogDirs],
        CordonedLogDirs = record.CordonedLogDirs is { } cordoned ? [.. cordoned] : null,
    };

    // In both, 0 leaves things as they are.
    internal BrokerRegistration With(BrokerRegistrationChangeRecord change) => this with
    {
        Fenced = change.Fenced == 0 ? Fenced : change.Fenced > 0,
        InControlledShutdown = change.InControlledShutdown == 0 ? InControlledShutdown
        : change.InControlledShutdown > 0,
        LogDirs = change.LogDirs.Count == 0 ? LogDirs : [.. change.LogDirs],
        CordonedLogDirs = change.CordonedLogDirs is { } cordoned ? [.. cordoned] : CordonedLogDirs,
    };

    internal RegisterBrokerRecord ToRecord() => new()
    {
        BrokerId = Id,
        BrokerEpoch = Epoch,
        IncarnationId = IncarnationId,
        EndPoints = [.. EndPoints.Select(endPoint => new RegisterBrokerRecord.BrokerEndpoint
        {
            Name = endPoint.ListenerName,
            Host = endPoint.Host,
            Port = (ushort)endPoint.Port,
            SecurityProtocol = (short)endPoint.SecurityProtocol,
        })],
        Features = [.. Features.Select(feature => new RegisterBrokerRecord.BrokerFeature
        {
            Name = feature.Key,
            MinSupportedVersion = feature.Value.Min,
            MaxSupportedVersion = feature.Value.Max,
        })],
        Rack = Rack,
        Fenced = Fenced,
        InControlledShutdown = InControlledShutdown,
        LogDirs = [.. LogDirs],
        CordonedLogDirs = CordonedLogDirs is null ? null : [.. CordonedLogDirs],
    };
}
