using System.Collections.Concurrent;
using System.Text.Json;

namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>What a record of the topic of instances did.</summary>
internal enum InstanceChange
{
    /// <summary>It tells how the instance stands, or who has it now.</summary>
    Stored,
    /// <summary>The instance is no more.</summary>
    Removed,
    /// <summary>It came from a process that had lost the instance: everybody passes it over.</summary>
    Stale,
    /// <summary>It is none of ours.</summary>
    Foreign,
}

/// <summary>
/// The instances of the cluster, replayed from their topic. The order of its records decides who owns an instance, so that
/// all replicas come to the same result.
/// </summary>
internal sealed class InstanceTable
{
    private readonly ConcurrentDictionary<InstanceKey, InstanceState> _states = new();

    /// <summary>All instances.</summary>
    public IEnumerable<InstanceState> All => _states.Values;

    /// <summary>The instance, or null.</summary>
    public InstanceState? Find(InstanceKey key) => _states.GetValueOrDefault(key);

    /// <summary>Applies one record.</summary>
    /// <param name="keyJson">Its key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="hasValue">False for a record that removes its key.</param>
    /// <param name="isLive">False while the topic is read for the first time: compaction may have removed the claim that
    /// came before a record.</param>
    /// <param name="key">The instance.</param>
    public InstanceChange Apply(
        ReadOnlySpan<byte> keyJson, ReadOnlySpan<byte> value, bool hasValue, bool isLive, out InstanceKey key)
    {
        key = default;
        if (!TryReadKey(keyJson, out key))
            return InstanceChange.Foreign;
        if (!hasValue)
            return _states.TryRemove(key, out _) ? InstanceChange.Removed : InstanceChange.Stale;
        if (InstanceState.Decode(value) is not { } next || next.Key != key)
            return InstanceChange.Foreign;
        if (!IsNext(Find(key), next, isLive))
            return InstanceChange.Stale;
        _states[key] = next;
        return InstanceChange.Stored;
    }

    private static bool IsNext(InstanceState? known, InstanceState next, bool isLive) => known is null
        ? next.IsClaim || !isLive
        : next.Epoch > known.Epoch || (next.Epoch == known.Epoch && next.Owner == known.Owner);

    private static bool TryReadKey(ReadOnlySpan<byte> json, out InstanceKey key)
    {
        try
        {
            key = JsonSerializer.Deserialize(json, InstanceJson.Default.InstanceKey);
            return key is { Group: not null, Name: not null };
        }
        catch (JsonException)
        {
            key = default;
            return false;
        }
    }
}
