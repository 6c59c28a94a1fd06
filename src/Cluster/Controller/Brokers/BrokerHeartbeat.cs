using Platform.Cluster.Metadata;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>BrokerHeartbeat (key 63): a broker lives, and says whether it wants to serve or to go.</summary>
public static class BrokerHeartbeat
{
    private enum State
    {
        Fenced,
        Unfenced,
        ControlledShutdown,
        ShutdownNow,
    }

    /// <summary>Answers the request.</summary>
    public static ControllerResult<BrokerHeartbeatResponse> Handle(ControllerContext controller,
        BrokerHeartbeatRequest request)
    {
        if (BrokerChecks.Epoch(controller.Image, request.BrokerId, request.BrokerEpoch) is { } error)
            return ControllerResult<BrokerHeartbeatResponse>.NoChange(new() { ErrorCode = error });

        controller.Heartbeats.Touch(request.BrokerId, request.CurrentMetadataOffset, controller.NowMs);
        var broker = controller.Image.Cluster.Broker(request.BrokerId)!;
        // The registration's own record is what a broker must have read before it may serve.
        var isCaughtUp = request.CurrentMetadataOffset >= broker.Epoch;
        var next = Next(controller, broker, request, isCaughtUp);
        if (next == State.ControlledShutdown)
            controller.Heartbeats.BeginShutdown(broker.Id, controller.NextOffset);
        var offline = OfflineDirectories.Handle(controller, broker, request.OfflineLogDirs);
        var transition = Transition(FenceBroker.After(controller, offline), broker, next);
        return new([.. offline, .. transition, .. Cordon(broker, request)], new()
        {
            IsCaughtUp = isCaughtUp,
            IsFenced = next is State.Fenced or State.ShutdownNow,
            ShouldShutDown = next == State.ShutdownNow,
        });
    }

    // null says nothing, as do brokers from before KIP-1066.
    private static IEnumerable<IMetadataRecord> Cordon(BrokerRegistration broker, BrokerHeartbeatRequest request)
    {
        if (request.CordonedLogDirs is { } cordoned && !cordoned.SequenceEqual(broker.CordonedLogDirs ?? []))
            yield return new BrokerRegistrationChangeRecord
            {
                BrokerId = broker.Id,
                BrokerEpoch = broker.Epoch,
                CordonedLogDirs = [.. cordoned],
            };
    }

    private static State Next(ControllerContext controller, BrokerRegistration broker, BrokerHeartbeatRequest request,
        bool isCaughtUp)
    {
        if (broker.Fenced)
            return request.WantShutDown ? State.ShutdownNow
                : !request.WantFence && isCaughtUp ? State.Unfenced : State.Fenced;
        if (broker.InControlledShutdown)
            return MayGo(controller, broker.Id) ? State.ShutdownNow : State.ControlledShutdown;
        if (request.WantFence)
            return request.WantShutDown ? State.ShutdownNow : State.Fenced;
        if (request.WantShutDown)
            return LeadsNothing(controller, broker.Id) ? State.ShutdownNow : State.ControlledShutdown;
        return State.Unfenced;
    }

    private static bool MayGo(ControllerContext controller, int brokerId) => LeadsNothing(controller, brokerId)
        && controller.Heartbeats.OthersKnowOfShutdown(brokerId, controller.Image.Cluster);

    private static bool LeadsNothing(ControllerContext controller, int brokerId) =>
        controller.Image.Topics.AllPartitions().All(partition => partition.Registration.Leader != brokerId);

    private static IReadOnlyList<IMetadataRecord> Transition(ControllerContext controller, BrokerRegistration broker,
        State next) => next switch
    {
        State.Unfenced when broker.Fenced => FenceBroker.Unfence(controller, broker),
        State.Fenced or State.ShutdownNow when !broker.Fenced => FenceBroker.Fence(controller, broker),
        State.ControlledShutdown when !broker.InControlledShutdown => FenceBroker.BeginShutdown(controller, broker),
        _ => [],
    };
}
