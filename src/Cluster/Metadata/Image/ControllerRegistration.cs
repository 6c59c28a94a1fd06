using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>A controller as it registered itself.</summary>
public sealed record ControllerRegistration
{
    /// <summary>node.id.</summary>
    public required int Id { get; init; }

    /// <summary>Made anew at every start of the process.</summary>
    public required Uuid IncarnationId { get; init; }

    /// <summary>Addresses, in the order of registration.</summary>
    public required IReadOnlyList<EndPoint> EndPoints { get; init; }

    /// <summary>Features that the controller supports.</summary>
    public required ImmutableSortedDictionary<string, FeatureRange> Features { get; init; }

    internal static ControllerRegistration From(RegisterControllerRecord record) => new()
    {
        Id = record.ControllerId,
        IncarnationId = record.IncarnationId,
        EndPoints = [.. record.EndPoints.Select(e =>
        new EndPoint(e.Name, e.Host, e.Port, (SecurityProtocol)e.SecurityProtocol))],
        Features = record.Features.ToImmutableSortedDictionary(feature => feature.Name,
            feature => new FeatureRange(feature.MinSupportedVersion, feature.MaxSupportedVersion),
            StringComparer.Ordinal),
    };

    internal RegisterControllerRecord ToRecord() => new()
    {
        ControllerId = Id,
        IncarnationId = IncarnationId,
        EndPoints = [.. EndPoints.Select(endPoint => new RegisterControllerRecord.ControllerEndpoint
        {
            Name = endPoint.ListenerName,
            Host = endPoint.Host,
            Port = (ushort)endPoint.Port,
            SecurityProtocol = (short)endPoint.SecurityProtocol,
        })],
        Features = [.. Features.Select(feature => new RegisterControllerRecord.ControllerFeature
        {
            Name = feature.Key,
            MinSupportedVersion = feature.Value.Min,
            MaxSupportedVersion = feature.Value.Max,
        })],
    };
}
