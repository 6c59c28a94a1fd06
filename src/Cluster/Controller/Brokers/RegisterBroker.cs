using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>BrokerRegistration (key 62): a process says who it is. It starts fenced, in a new epoch.</summary>
public static class RegisterBroker
{
    /// <summary>Answers the request.</summary>
    public static ControllerResult<BrokerRegistrationResponse> Handle(
        ControllerContext controller, BrokerRegistrationRequest request)
    {
        if (Check(controller, request) is { } error)
            return ControllerResult<BrokerRegistrationResponse>.NoChange(new() { ErrorCode = error });

        var before = controller.Image.Cluster.Broker(request.BrokerId);
        var sameProcess = before?.IncarnationId == request.IncarnationId;
        var record = ToRecord(request);
        record.BrokerEpoch = sameProcess ? before!.Epoch : controller.NextOffset;
        record.Fenced = !sameProcess || before!.Fenced;
        record.InControlledShutdown = sameProcess && before!.InControlledShutdown;

        var records = new List<IMetadataRecord> { record };
        if (!sameProcess)
        {
            controller.Heartbeats.Remove(request.BrokerId);
            // The earlier process leads nothing any more; its successor is elected once it is unfenced.
            // Without a clean end its logs may lack what it had (KIP-966).
            var wasUnclean = before is not null && request.PreviousBrokerEpoch != before.Epoch;
            records.AddRange(PartitionChanges.WithoutBroker(controller, request.BrokerId, wasUnclean));
        }
        controller.Heartbeats.Touch(request.BrokerId, metadataOffset: -1, controller.NowMs);
        return new(records, new() { BrokerEpoch = record.BrokerEpoch });
    }

    private static ErrorCode? Check(ControllerContext controller, BrokerRegistrationRequest request)
    {
        if (request.ClusterId != controller.ClusterId)
            return ErrorCode.InconsistentClusterId;
        if (request.BrokerId < 0 || request.Listeners.Count == 0 || !AreValid(request.LogDirs))
            return ErrorCode.InvalidRegistration;
        if (controller.Image.Cluster.Broker(request.BrokerId) is { } before
            && before.IncarnationId != request.IncarnationId && !HasLeftInOrder(before)
            && controller.Heartbeats.HasSession(request.BrokerId, controller.NowMs))
            return ErrorCode.DuplicateBrokerRegistration;
        if (HasForeignDirectory(controller.Image, request))
            return ErrorCode.InvalidRegistration;
        return SupportsFinalised(controller.Image.Features, request) ? null : ErrorCode.UnsupportedVersion;
    }

    // It was told that it may go: whoever comes now need not wait for a session to end that nobody keeps alive.
    private static bool HasLeftInOrder(BrokerRegistration broker) => broker is { InControlledShutdown: true, Fenced: true };

    private static bool AreValid(List<Uuid> directories) =>
        directories.Distinct().Count() == directories.Count
        && !directories.Exists(DirectoryId.IsReserved);

    // A directory that another broker registered was copied, or two brokers share a disk.
    private static bool HasForeignDirectory(MetadataImage image, BrokerRegistrationRequest request) =>
        image.Cluster.Brokers.Values.Any(other => other.Id != request.BrokerId
        && other.LogDirs.Any(request.LogDirs.Contains));

    private static bool SupportsFinalised(FeaturesImage features, BrokerRegistrationRequest request) =>
        features.Levels.All(level => request.Features.Any(feature => feature.Name == level.Key
            && feature.MinSupportedVersion <= level.Value && level.Value <= feature.MaxSupportedVersion));

    private static RegisterBrokerRecord ToRecord(BrokerRegistrationRequest request) => new()
    {
        BrokerId = request.BrokerId,
        IncarnationId = request.IncarnationId,
        Rack = request.Rack,
        LogDirs = [.. request.LogDirs],
        EndPoints = [.. request.Listeners.Select(listener => new RegisterBrokerRecord.BrokerEndpoint
        {
            Name = listener.Name,
            Host = listener.Host,
            Port = listener.Port,
            SecurityProtocol = listener.SecurityProtocol,
        })],
        Features = [.. request.Features.Select(feature => new RegisterBrokerRecord.BrokerFeature
        {
            Name = feature.Name,
            MinSupportedVersion = feature.MinSupportedVersion,
            MaxSupportedVersion = feature.MaxSupportedVersion,
        })],
    };
}
