using Platform.Cluster.Metadata;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>Records that take a broker out of service, or into it, with the elections that follow.</summary>
public static class FenceBroker
{
    private const sbyte On = 1;
    private const sbyte Off = -1;

    /// <summary>Fences every broker whose session is over; to be called now and then by the active
    /// controller.</summary>
    /// <returns>The response tells which.</returns>
    public static ControllerResult<IReadOnlyList<int>> Expired(ControllerContext controller)
    {
        var expired = controller.Heartbeats.Expired(controller.Image.Cluster, controller.NowMs).ToList();
        var records = new List<IMetadataRecord>();
        var image = controller.Image;
        foreach (var id in expired)
        {
            // Each election must see that the brokers before are fenced, too.
            var fenced = Fence(controller with { Image = image }, image.Cluster.Broker(id)!);
            image = Replay(image, fenced);
            records.AddRange(fenced);
        }
        return new(records, expired);
    }

    internal static IReadOnlyList<IMetadataRecord> Fence(ControllerContext controller, BrokerRegistration broker) =>
        [Change(broker, fenced: On), .. PartitionChanges.WithoutBroker(controller, broker.Id)];

    internal static IReadOnlyList<IMetadataRecord> Unfence(ControllerContext controller, BrokerRegistration broker) =>
        [Change(broker, fenced: Off), .. PartitionChanges.WithBroker(controller, broker.Id)];

    internal static IReadOnlyList<IMetadataRecord> BeginShutdown(ControllerContext controller,
        BrokerRegistration broker) =>
        [Change(broker, inControlledShutdown: On), .. PartitionChanges.WithoutBroker(controller, broker.Id)];

    private static BrokerRegistrationChangeRecord Change(BrokerRegistration broker, sbyte fenced = 0,
        sbyte inControlledShutdown = 0) => new()
    {
        BrokerId = broker.Id,
        BrokerEpoch = broker.Epoch,
        Fenced = fenced,
        InControlledShutdown = inControlledShutdown,
    };

    /// <summary>The controller after records that are not committed yet.</summary>
    internal static ControllerContext After(ControllerContext controller, IReadOnlyList<IMetadataRecord> records) =>
        records.Count == 0 ? controller : controller with { Image = Replay(controller.Image, records) };

    private static MetadataImage Replay(MetadataImage image, IEnumerable<IMetadataRecord> records)
    {
        var delta = new MetadataDelta(image);
        delta.Replay(records);
        return delta.Apply(image.Offset, image.Epoch);
    }
}
