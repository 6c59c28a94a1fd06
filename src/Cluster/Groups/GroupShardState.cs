using Platform.Cluster.Groups.Classic;
using Platform.Cluster.Groups.Offsets;
using Platform.Protocol;

namespace Platform.Cluster.Groups;

/// <summary>Everything that one shard knows: the groups of one partition and their offsets.</summary>
internal sealed class GroupShardState(GroupCoordinatorOptions options, Func<Uuid> newId)
{
    private readonly Dictionary<string, ClassicGroup> _groups = new(StringComparer.Ordinal);

    public GroupCoordinatorOptions Options { get; } = options;

    public OffsetStore Offsets { get; } = new();

    public PendingOffsets PendingOffsets { get; } = new();

    /// <summary>Number of the record that is applied: of two commits the later one counts, also when it is part of a
    /// transaction that ends later still.</summary>
    public long Applied { get; set; }

    /// <summary>All groups, in the order of their ids: with hash order, answers would differ from run to run.</summary>
    public IEnumerable<ClassicGroup> Groups => _groups.Values.OrderBy(group => group.GroupId, StringComparer.Ordinal);

    public ClassicGroup? Find(string groupId) => _groups.GetValueOrDefault(groupId);

    public ClassicGroup Create(string groupId, long nowMs)
    {
        var group = new ClassicGroup(groupId) { StateTimestampMs = nowMs };
        _groups[groupId] = group;
        return group;
    }

    public void Put(ClassicGroup group) => _groups[group.GroupId] = group;

    public void Remove(string groupId) => _groups.Remove(groupId);

    /// <summary>An id for a member: its name, a dash and a random id, as Java prints one.</summary>
    public string NewMemberId(string prefix)
    {
        var id = newId();
        var hex = $"{id.MostSignificantBits:x16}{id.LeastSignificantBits:x16}";
        return $"{prefix}-{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }
}
