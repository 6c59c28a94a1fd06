using System.Text.Json;
using Platform.Cluster.Diagnosis;

namespace Platform.Broker.Observability;

/// <summary>The last events that this node knows of, with their causes. Bounded: the oldest go first. Written by the threads
/// of quorum, metadata and replication, read by HTTP; safe for all of them. Nodes of one process share a ring.</summary>
public sealed class ClusterEventRing
{
    /// <summary>Most events that are kept.</summary>
    public const int Capacity = 1_000;

    /// <summary>How far back the same event is looked for: nodes and threads tell of it within moments.</summary>
    private const int LookBack = 200;

    private readonly Lock _lock = new();
    private readonly (long Sequence, ClusterEvent Event)[] _events = new (long, ClusterEvent)[Capacity];
    private long _next;

    /// <summary>Adds events. One that is there already is not told twice; who has caused it knows best.</summary>
    public void Add(IEnumerable<ClusterEvent> events)
    {
        lock (_lock)
            foreach (var happened in events)
                Add(happened);
    }

    /// <summary>Events after a number, the oldest first, with their numbers.</summary>
    /// <param name="after">Number of the last event that the reader has; -1 for all that are kept.</param>
    public IReadOnlyList<(long Sequence, ClusterEvent Event)> After(long after)
    {
        lock (_lock)
        {
            var first = Math.Max(after + 1, Math.Max(0, _next - Capacity));
            return [.. Enumerable.Range(0, (int)Math.Max(0, _next - first)).Select(i => _events[(first + i) % Capacity])];
        }
    }

    /// <summary>Events after a number, as JSON.</summary>
    public byte[] ToJson(long after)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var (sequence, happened) in After(after))
                Write(json, sequence, happened);
            json.WriteEndArray();
        }
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, long sequence, ClusterEvent happened)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", sequence);
        json.WriteNumber("timeMs", happened.TimeMs);
        json.WriteString("kind", happened.Kind.ToString());
        json.WriteString("subject", happened.Subject);
        json.WriteString("text", happened.Text);
        json.WriteString("key", happened.Key);
        json.WriteBoolean("firstHand", happened.IsFirstHand);
        json.WriteEndObject();
    }

    private void Add(ClusterEvent happened)
    {
        for (var i = _next - 1; i >= Math.Max(0, _next - Math.Min(LookBack, Capacity)); i--)
        {
            ref var known = ref _events[i % Capacity];
            if (known.Event.Key != happened.Key)
                continue;
            if (happened.IsFirstHand)
                known = (known.Sequence, happened);
            return;
        }
        _events[_next % Capacity] = (_next, happened);
        _next++;
    }
}
