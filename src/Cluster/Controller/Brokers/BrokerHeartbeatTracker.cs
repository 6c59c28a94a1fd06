using Platform.Cluster.Metadata;

namespace Platform.Cluster.Controller;

/// <summary>
/// When each broker was last heard of. Lives in the memory of the active controller only, confined to its loop: a new
/// controller gives every broker a whole session before it fences it.
/// </summary>
public sealed class BrokerHeartbeatTracker(int sessionTimeoutMs)
{
    private readonly SortedDictionary<int, Contact> _contacts = [];

    private sealed class Contact
    {
        public long AtMs;
        public long MetadataOffset = -1;
        public long ShutdownOffset = -1;

        // A broker that this controller only knows from the log has not proved that it lives.
        public bool Heard;
    }

    /// <summary>Starts afresh, when this node becomes the active controller.</summary>
    public void Activate(ClusterImage cluster, long nowMs)
    {
        _contacts.Clear();
        foreach (var id in cluster.Brokers.Keys)
            _contacts[id] = new Contact { AtMs = nowMs };
    }

    /// <summary>Notes that a broker is there.</summary>
    /// <param name="brokerId">The broker.</param>
    /// <param name="metadataOffset">How far it has read the metadata log.</param>
    /// <param name="nowMs">The time.</param>
    public void Touch(int brokerId, long metadataOffset, long nowMs)
    {
        var contact = Of(brokerId);
        (contact.AtMs, contact.MetadataOffset, contact.Heard) = (nowMs, metadataOffset, true);
    }

    /// <summary>Notes from which offset on others know that the broker wants to go.</summary>
    public void BeginShutdown(int brokerId, long offset)
    {
        var contact = Of(brokerId);
        if (contact.ShutdownOffset < 0)
            contact.ShutdownOffset = offset;
    }

    /// <summary>Forgets a broker, or its earlier life when it registers anew.</summary>
    public void Remove(int brokerId) => _contacts.Remove(brokerId);

    /// <summary>True when the broker was heard within its session. One known only from the log was not: so a broker
    /// that
    /// was killed together with the controller can register again at once.</summary>
    public bool HasSession(int brokerId, long nowMs) =>
        _contacts.TryGetValue(brokerId, out var contact) && contact.Heard && nowMs - contact.AtMs < sessionTimeoutMs;

    /// <summary>Brokers that are not fenced and whose session is over.</summary>
    public IEnumerable<int> Expired(ClusterImage cluster, long nowMs) =>
        from broker in cluster.UnfencedBrokers
        where nowMs - (_contacts.TryGetValue(broker.Id, out var contact) ? contact.AtMs
        : long.MinValue / 2) >= sessionTimeoutMs
        select broker.Id;

    /// <summary>True when every active broker has read past the offset at which the shutdown of
    /// this one began.</summary>
    public bool OthersKnowOfShutdown(int brokerId, ClusterImage cluster) =>
        cluster.Brokers.Values.Where(broker => broker.IsActive && broker.Id != brokerId)
            .All(broker => Of(broker.Id).MetadataOffset >= Of(brokerId).ShutdownOffset);

    private Contact Of(int brokerId)
    {
        if (!_contacts.TryGetValue(brokerId, out var contact))
            _contacts[brokerId] = contact = new Contact();
        return contact;
    }
}
