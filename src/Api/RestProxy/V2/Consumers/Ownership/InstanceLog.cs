using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Client.Producing;

namespace Platform.Api.RestProxy.V2.Consumers.Ownership;

/// <summary>
/// The topic of consumer instances: every replica of the proxy reads it and tells there how its own instances stand. It
/// is read from the first call on that has to do with an instance, and made with the first instance.
/// </summary>
internal sealed class InstanceLog(
    ApiOptions options, ClusterGateway gateway, RecordProducer producer, OwnAddress address, ILogger<InstanceLog> logger)
    : TopicReader(options.ConsumerInstancesTopic ?? "", options, gateway, logger)
{
    /// <summary>How long a call waits for the topic.</summary>
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long what was read is trusted. Shorter than another replica waits before it takes over from one that hangs, so
    /// that a process that was asleep looks before it answers from what it had fetched.
    /// </summary>
    private static readonly TimeSpan TrustTime = TimeSpan.FromSeconds(1);

    private readonly string _incarnation = Guid.NewGuid().ToString("N");
    private readonly InstanceTable _table = new();
    private readonly Lock _starting = new();
    private InstanceOwner? _self;
    private Task? _started;
    private long _refreshedAt;

    /// <summary>False when instances are only kept in memory.</summary>
    public bool IsKept => Options.ConsumerInstancesTopic is not null;

    /// <summary>This process.</summary>
    public InstanceOwner Self => _self ??= new InstanceOwner(IsKept ? address.RestUrl() : "", _incarnation);

    /// <summary>Told when an instance belongs to another process now, or to none. Must not block.</summary>
    public Action<InstanceKey>? Lost { get; set; }

    /// <summary>Told when a record of an earlier owner came after ours, which compaction would keep instead. Must not
    /// block.</summary>
    public Action<InstanceKey>? Covered { get; set; }

    /// <summary>The instances that this process knows of.</summary>
    public IEnumerable<InstanceState> Known => _table.All;

    // A new reader reads the whole topic, so compaction must get at most of it.
    protected override IReadOnlyDictionary<string, string?> TopicSettings { get; } = new Dictionary<string, string?>
    {
        ["segment.bytes"] = "16777216",
        ["min.cleanable.dirty.ratio"] = "0.1",
    };

    /// <summary>Makes the topic where it is missing, and reads it.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        if (!IsKept)
            return;
        lock (_starting)
            _started ??= StartAsync(CancellationToken.None);
        await _started;
        await Loaded.WaitAsync(ReadTimeout, Options.Time, cancellation);
    }

    /// <summary>The instance as the topic has it, or null. Sees what any replica has written before the call.</summary>
    public async Task<InstanceState?> FindAsync(InstanceKey key, CancellationToken cancellation)
    {
        if (_table.Find(key) is { } known)
            return known;
        await RefreshAsync(cancellation);
        return _table.Find(key);
    }

    /// <summary>Makes sure that an owner would know if it were none any more.</summary>
    public async ValueTask KeepUpAsync(CancellationToken cancellation)
    {
        var now = Options.Time.GetTimestamp();
        var last = Volatile.Read(ref _refreshedAt);
        if (!IsKept || (last != 0 && Options.Time.GetElapsedTime(last, now) < TrustTime))
            return;
        await RefreshAsync(cancellation);
        Volatile.Write(ref _refreshedAt, now);
    }

    /// <summary>Reads everything that any replica has written before the call.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (!IsKept || (_started is null && !await ExistsAsync(cancellation)))
            return;
        await OpenAsync(cancellation);
        await WhenAppliedAsync(await EndAsync(cancellation) - 1).WaitAsync(ReadTimeout, Options.Time, cancellation);
    }

    /// <summary>Takes an instance over, or makes it.</summary>
    /// <returns>False when another process was faster.</returns>
    public async Task<bool> ClaimAsync(InstanceState claim, CancellationToken cancellation)
    {
        if (!IsKept)
            return true;
        await WhenAppliedAsync(await SendAsync(claim.Key, claim.Encode(), cancellation))
            .WaitAsync(ReadTimeout, Options.Time, cancellation);
        return _table.Find(claim.Key) is { } now && now.Owner == claim.Owner && now.Epoch == claim.Epoch;
    }

    /// <summary>Tells how an instance stands.</summary>
    public Task SaveAsync(InstanceState state) =>
        IsKept ? SendAsync(state.Key, state.Encode(), CancellationToken.None) : Task.CompletedTask;

    /// <summary>Ends an instance.</summary>
    public async Task RemoveAsync(InstanceKey key)
    {
        if (IsKept)
            await WhenAppliedAsync(await SendAsync(key, null, CancellationToken.None))
                .WaitAsync(ReadTimeout, Options.Time);
    }

    protected override void Replay(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, long offset, long timestampMs)
    {
        var change = _table.Apply(key, value, hasValue, Loaded.IsCompleted, out var instance);
        if (change == InstanceChange.Foreign)
            logger.InstancePassedOver(offset);
        else if (_table.Find(instance) is not { } now || now.Owner != Self)
            Lost?.Invoke(instance);
        else if (change == InstanceChange.Stale)
            Covered?.Invoke(instance);
    }

    private async Task<long> SendAsync(InstanceKey key, byte[]? value, CancellationToken cancellation)
    {
        var record = new ProducerRecord(Partition.Topic, value)
        {
            Partition = Partition.Partition,
            Key = JsonSerializer.SerializeToUtf8Bytes(key, InstanceJson.Default.InstanceKey),
        };
        return (await producer.SendAsync(record, cancellation)).Offset;
    }

    private async Task<bool> ExistsAsync(CancellationToken cancellation) =>
        (await Gateway.Admin.DescribeTopicsAsync([Partition.Topic], cancellation))[0].Partitions.Count > 0;
}

internal static partial class InstanceLogMessages
{
    [LoggerMessage(LogLevel.Warning,
        "A record of the topic of consumer instances at offset {Offset} cannot be read and is passed over")]
    public static partial void InstancePassedOver(this ILogger logger, long offset);

    [LoggerMessage(LogLevel.Warning,
        "How consumer instance {Instance} of group {Group} stands was not written down; a restart now would repeat what "
        + "it read since it was the last time")]
    public static partial void InstanceNotSaved(this ILogger logger, Exception error, string group, string instance);
}
