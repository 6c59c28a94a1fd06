using System.Text.Json.Serialization;
using System.Threading.Channels;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>A change of the registry, as those who listen are told it.</summary>
internal sealed record SchemaChange
{
    /// <summary>Position in the schemas topic, which is the id of the event.</summary>
    [JsonPropertyName("offset")]
    public long Offset { get; init; }

    /// <summary>What changed: SCHEMA, CONFIG, MODE, DELETE_SUBJECT, CLEAR_SUBJECT or CONTEXT.</summary>
    [JsonPropertyName("type")]
    public string Type { get; init; } = "";

    [JsonPropertyName("subject")]
    public string? Subject { get; init; }

    [JsonPropertyName("version")]
    public int? Version { get; init; }

    [JsonPropertyName("id")]
    public int? Id { get; init; }

    [JsonPropertyName("deleted")]
    public bool Deleted { get; init; }

    [JsonPropertyName("ts")]
    public long TimestampMs { get; init; }
}

/// <summary>
/// Tells listeners of changes. Keeps the last ones, so that a listener who was away for a while misses none; one who
/// is too slow is cut off and comes back with the id of the last event that he has seen.
/// </summary>
internal sealed class SchemaChangeFeed
{
    /// <summary>Changes that are kept for listeners who return.</summary>
    public const int MaxKept = 10_000;

    /// <summary>Changes that a listener may be behind.</summary>
    public const int MaxBehind = 1_000;

    /// <summary>Listeners at a time.</summary>
    public const int MaxListeners = 1_000;

    private readonly Lock _lock = new();
    private readonly Queue<SchemaChange> _kept = new();
    private readonly List<Channel<SchemaChange>> _listeners = [];

    public void Publish(SchemaChange change)
    {
        if (change.Type == SchemaKeyTypes.Noop)
            return;
        lock (_lock)
        {
            _kept.Enqueue(change);
            if (_kept.Count > MaxKept)
                _kept.Dequeue();
            _listeners.RemoveAll(listener => !listener.Writer.TryWrite(change) && listener.Writer.TryComplete());
        }
    }

    /// <summary>Changes after an offset that are still known, and from then on every new one.</summary>
    /// <returns>Null when there are too many listeners.</returns>
    public Subscription? Subscribe(long? afterOffset)
    {
        lock (_lock)
        {
            if (_listeners.Count >= MaxListeners)
                return null;
            var channel = Channel.CreateBounded<SchemaChange>(MaxBehind);
            _listeners.Add(channel);
            return new Subscription(this, channel,
                afterOffset is { } after ? [.. _kept.Where(change => change.Offset > after)] : []);
        }
    }

    private void Remove(Channel<SchemaChange> channel)
    {
        lock (_lock)
            _listeners.Remove(channel);
    }

    /// <summary>One listener.</summary>
    internal sealed class Subscription(
        SchemaChangeFeed feed, Channel<SchemaChange> channel, IReadOnlyList<SchemaChange> missed) : IDisposable
    {
        /// <summary>What happened since the listener was last here.</summary>
        public IReadOnlyList<SchemaChange> Missed { get; } = missed;

        /// <summary>What happens from now on.</summary>
        public ChannelReader<SchemaChange> Changes => channel.Reader;

        public void Dispose() => feed.Remove(channel);
    }
}
