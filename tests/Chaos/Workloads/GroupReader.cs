using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Chaos.Workloads;

/// <summary>A member of a group, which comes and goes, and commits what it has read.</summary>
public sealed class GroupReader(
    string name, ChaosCluster cluster, Recorder recorder, string group, string topic, bool leaves, Random random)
    : Workload(name, cluster, recorder), IRebalanceListener
{
    private const int CommitEveryMs = 400;
    private readonly Dictionary<TopicPartition, OffsetAndMetadata> _read = [];
    private int _assignments;

    /// <inheritdoc/>
    public ValueTask OnPartitionsRevokedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) => Forget();

    /// <inheritdoc/>
    public ValueTask OnPartitionsAssignedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) => Forget();

    /// <inheritdoc/>
    protected override async Task WorkAsync(string incarnation, CancellationToken stop)
    {
        await using var consumer = new KafkaConsumer(Options());
        _read.Clear();
        consumer.Subscribe([topic], this);
        var leaveAt = leaves ? Recorder.NowUs + random.Next(4_000, 12_000) * 1_000L : long.MaxValue;
        var commitAt = Recorder.NowUs + CommitEveryMs * 1_000;
        while (!stop.IsCancellationRequested && Recorder.NowUs < leaveAt)
        {
            Record(await consumer.PollAsync(TimeSpan.FromMilliseconds(200)), incarnation);
            if (Recorder.NowUs < commitAt)
                continue;
            await CommitAsync(consumer);
            commitAt = Recorder.NowUs + CommitEveryMs * 1_000;
        }
        await CommitAsync(consumer);
    }

    private ConsumerOptions Options() => new()
    {
        BootstrapServers = Cluster.BootstrapServers,
        ClientId = Name,
        GroupId = group,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        SessionTimeoutMs = 6_000,
        HeartbeatIntervalMs = 1_000,
        RequestTimeoutMs = 5_000,
        DefaultApiTimeoutMs = 15_000,
        SocketConnectionSetupTimeoutMs = 3_000,
    };

    private ValueTask Forget()
    {
        _assignments++;
        _read.Clear();
        return ValueTask.CompletedTask;
    }

    private void Record(IReadOnlyList<ConsumeResult> results, string incarnation)
    {
        foreach (var result in results)
        {
            Recorder.Add(new Consumed($"{incarnation}/{_assignments}", group, false, result.TopicPartition, result.Offset,
                Mark.Parse(result.Value!.Value.Span)) { EndedUs = Recorder.NowUs });
            _read[result.TopicPartition] = new OffsetAndMetadata(result.Offset + 1, result.LeaderEpoch);
        }
    }

    private async Task CommitAsync(KafkaConsumer consumer)
    {
        if (_read.Count == 0)
            return;
        var began = Recorder.NowUs;
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata>(_read);
        var outcome = Outcome.Unknown;
        try
        {
            await consumer.CommitAsync(offsets);
            outcome = Outcome.Ok;
        }
        catch (KafkaException error)
        {
            Recorder.Count($"{Name} commit: {error.Code}");
        }
        foreach (var (partition, offset) in offsets)
            Recorder.Add(new OffsetCommitted(group, partition, offset.Offset, outcome) { BeganUs = began, EndedUs = Recorder.NowUs });
    }
}
