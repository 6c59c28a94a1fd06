using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Changes of brokers and controllers.</summary>
public sealed class ClusterDelta
{
    private readonly ClusterImage _image;
    private readonly SortedDictionary<int, BrokerRegistration?> _brokers = [];
    private readonly SortedDictionary<int, ControllerRegistration?> _controllers = [];

    internal ClusterDelta(ClusterImage image) => _image = image;

    /// <summary>Brokers that changed, by id; null for one that is gone.</summary>
    public IReadOnlyDictionary<int, BrokerRegistration?> ChangedBrokers => _brokers;

    /// <summary>Controllers that changed, by id; null for one that is gone.</summary>
    public IReadOnlyDictionary<int, ControllerRegistration?> ChangedControllers => _controllers;

    /// <summary>True when something changed.</summary>
    public bool HasChanges => _brokers.Count > 0 || _controllers.Count > 0;

    internal void Replay(IMetadataRecord record)
    {
        switch (record)
        {
            case RegisterBrokerRecord register:
                _brokers[register.BrokerId] = BrokerRegistration.From(register);
                break;
            case UnregisterBrokerRecord unregister:
                Existing(unregister.BrokerId, unregister.BrokerEpoch);
                _brokers[unregister.BrokerId] = null;
                break;
            case BrokerRegistrationChangeRecord change:
                _brokers[change.BrokerId] = Existing(change.BrokerId, change.BrokerEpoch).With(change);
                break;
            case FenceBrokerRecord fence:
                _brokers[fence.Id] = Existing(fence.Id, fence.Epoch) with { Fenced = true };
                break;
            case UnfenceBrokerRecord unfence:
                _brokers[unfence.Id] = Existing(unfence.Id, unfence.Epoch) with { Fenced = false };
                break;
            case RegisterControllerRecord controller:
                _controllers[controller.ControllerId] = ControllerRegistration.From(controller);
                break;
            case UnregisterControllerRecord gone:
                _controllers[gone.ControllerId] = null;
                break;
        }
    }

    private BrokerRegistration Existing(int id, long epoch)
    {
        var broker = _brokers.TryGetValue(id, out var changed) ? changed : _image.Broker(id);
        if (broker is null)
            throw new InvalidMetadataException($"a record is about broker {id}, which is not registered");
        if (broker.Epoch != epoch)
            throw new InvalidMetadataException(
                $"a record is about epoch {epoch} of broker {id}, which is in epoch {broker.Epoch}");
        return broker;
    }

    internal ClusterImage Apply()
    {
        if (!HasChanges)
            return _image;
        var brokers = _image.Brokers.ToBuilder();
        foreach (var (id, broker) in _brokers)
            Set(brokers, id, broker);
        var controllers = _image.Controllers.ToBuilder();
        foreach (var (id, controller) in _controllers)
            Set(controllers, id, controller);
        return new ClusterImage(brokers.ToImmutable(), controllers.ToImmutable());
    }

    private static void Set<T>(IDictionary<int, T> target, int id, T? value)
        where T : class
    {
        if (value is null)
            target.Remove(id);
        else
            target[id] = value;
    }
}
