using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Changes of topics.</summary>
public sealed class TopicsDelta
{
    private readonly SortedDictionary<Uuid, TopicDelta> _changes = [];
    private readonly SortedDictionary<string, TopicDelta?> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<Uuid, TopicImage> _deleted = [];

    internal TopicsDelta(TopicsImage image) => Image = image;

    /// <summary>The topics before.</summary>
    public TopicsImage Image { get; }

    /// <summary>Topics that are new or changed, by id.</summary>
    public IReadOnlyDictionary<Uuid, TopicDelta> Changes => _changes;

    /// <summary>Topics of the image before that are gone, by id.</summary>
    public IReadOnlyDictionary<Uuid, TopicImage> Deleted => _deleted;

    /// <summary>Topics that are new.</summary>
    public IEnumerable<TopicDelta> Created => _changes.Values.Where(topic => Image.Find(topic.Id) is null);

    /// <summary>True when something changed.</summary>
    public bool HasChanges => _changes.Count > 0 || _deleted.Count > 0;

    /// <summary>What the changes mean for one broker: which partitions it leads, follows or no longer holds.</summary>
    public LocalReplicaChanges LocalChanges(int brokerId) => LocalReplicaChanges.Of(this, brokerId);

    internal void Replay(IMetadataRecord record)
    {
        switch (record)
        {
            case TopicRecord topic:
                Create(topic);
                break;
            case PartitionRecord partition:
                Change(partition.TopicId).Replay(partition);
                break;
            case PartitionChangeRecord change:
                Change(change.TopicId).Replay(change);
                break;
            case ClearElrRecord clear:
                ClearElr(clear.TopicName);
                break;
        }
    }

    /// <returns>Name of the topic.</returns>
    internal string Remove(Uuid id)
    {
        var changed = _changes.GetValueOrDefault(id);
        var before = Image.Find(id);
        var name = changed?.Name ?? before?.Name
            ?? throw new InvalidMetadataException($"topic {id} is removed, but does not exist");
        _changes.Remove(id);
        _names[name] = null;
        if (before is not null)
            _deleted[id] = before;
        return name;
    }

    private void Create(TopicRecord record)
    {
        if (Exists(record.Name))
            throw new InvalidMetadataException($"topic {record.Name} is created, but exists already");
        var topic = new TopicDelta(new TopicImage(record.Name, record.TopicId, []));
        _changes[record.TopicId] = topic;
        _names[record.Name] = topic;
    }

    private bool Exists(string name) => _names.TryGetValue(name, out var changed) ? changed is not null
        : Image.Find(name) is not null;

    private TopicDelta Change(Uuid id)
    {
        if (_changes.TryGetValue(id, out var changed))
            return changed;
        var before = _deleted.ContainsKey(id) ? null : Image.Find(id);
        var topic = new TopicDelta(before
            ?? throw new InvalidMetadataException(
            $"a record is about a partition of topic {id}, which does not exist"));
        _changes[id] = topic;
        _names[topic.Name] = topic;
        return topic;
    }

    // An empty name means every topic.
    private void ClearElr(string name)
    {
        var topics = Image.ByName.Values.Where(topic => !_deleted.ContainsKey(topic.Id)).Select(topic => topic.Id)
            .Concat(_changes.Keys).Distinct().ToList();
        foreach (var topic in topics.Select(Change).Where(topic => name.Length == 0 || topic.Name == name).ToList())
            topic.ClearElr();
    }

    internal TopicsImage Apply()
    {
        if (!HasChanges)
            return Image;
        var (byName, byId) = (Image.ByName.ToBuilder(), Image.ById.ToBuilder());
        foreach (var (id, topic) in _deleted)
        {
            byId.Remove(id);
            byName.Remove(topic.Name);
        }
        foreach (var topic in _changes.Values.Select(change => change.Apply()))
        {
            byId[topic.Id] = topic;
            byName[topic.Name] = topic;
        }
        return new TopicsImage(byName.ToImmutable(), byId.ToImmutable());
    }
}
