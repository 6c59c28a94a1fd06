using Platform.Api.Hosting;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>
/// Reads partitions without a group: where it is, is in the <see cref="Position"/> that the client keeps.
/// </summary>
internal sealed class RecordReader : IAsyncDisposable
{
    private readonly KafkaConsumer _consumer;
    private readonly IReadOnlyDictionary<TopicPartition, long> _ends;
    private readonly bool _commits;

    private RecordReader(KafkaConsumer consumer, PositionVector position,
        IReadOnlyDictionary<TopicPartition, long> ends, bool commits = false)
    {
        _consumer = consumer;
        _ends = ends;
        _commits = commits;
        Position = position;
    }

    /// <summary>The next offset of every partition.</summary>
    public PositionVector Position { get; }

    /// <summary>Everything that was there at the start was read.</summary>
    public bool IsAtEnd => _ends.All(end => Position.Next[end.Key.Partition] >= end.Value);

    /// <exception cref="ProblemException">400 for an offset beyond the end, 404 for an unknown partition.</exception>
    public static async Task<RecordReader> OpenAsync(
        ClusterGateway gateway, IReadOnlyList<TopicPartition> partitions, ConsumeQuery query,
        CancellationToken cancellation)
    {
        var ends = await OffsetsAsync(gateway, partitions, OffsetSpec.Latest, cancellation);
        var starts = query.Start is { } first ? await OffsetsAsync(gateway, partitions, first, cancellation) : null;
        var position = new PositionVector();
        foreach (var partition in partitions)
        {
            var end = ends[partition];
            // A timestamp after the last record has no offset: the reader waits at the end.
            var start = query.Position?.Next.GetValueOrDefault(partition.Partition, -1) is long known and >= 0 ? known
                : query.Offset ?? (starts![partition] is var found and >= 0 ? found : end);
            // One offset for all partitions of a topic means as far as each of them goes.
            if (start > end && partitions.Count > 1)
                start = end;
            if (start > end)
                throw new ProblemException(40002,
                    $"Offset {start} of {partition} is beyond the end, which is {end}.");
            position.Advance(partition.Partition, start);
        }
        var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = gateway.Options.BootstrapServers,
            ClientId = "platform-api-reader",
            // Below the start retention has deleted what was asked for; the offsets in the answer tell it.
            AutoOffsetReset = AutoOffsetReset.Earliest,
            AllowAutoCreateTopics = false,
            TimeProvider = gateway.Options.TimeProvider,
        });
        consumer.Assign(partitions);
        foreach (var partition in partitions)
            consumer.Seek(partition, position.Next[partition.Partition]);
        return new RecordReader(consumer, position, ends);
    }

    /// <summary>Reads as a member of a group, from where the group has committed.</summary>
    public static RecordReader Join(ClusterGateway gateway, string topic, string group, ConsumeQuery query)
    {
        var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = gateway.Options.BootstrapServers,
            ClientId = "platform-api-reader",
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = query.Start == OffsetSpec.Earliest ? AutoOffsetReset.Earliest : AutoOffsetReset.Latest,
            AllowAutoCreateTopics = false,
            TimeProvider = gateway.Options.TimeProvider,
        });
        consumer.Subscribe([topic]);
        return new RecordReader(consumer, new PositionVector(), new Dictionary<TopicPartition, long>(), commits: true);
    }

    /// <summary>Everything that was polled has been handed to the client: a group goes on behind it.</summary>
    public async ValueTask DeliveredAsync(CancellationToken cancellation)
    {
        if (_commits && Position.Next.Count > 0)
            await _consumer.CommitAsync(cancellation);
    }

    public ValueTask<IReadOnlyList<ConsumeResult>> PollAsync(TimeSpan timeout, CancellationToken cancellation) =>
        _consumer.PollAsync(timeout, cancellation);

    /// <summary>Passes over offsets that hold no record, such as those that compaction removed.</summary>
    public void SkipHoles()
    {
        foreach (var partition in _ends.Keys)
        {
            if (_consumer.Position(partition) is { } next && next > Position.Next[partition.Partition])
                Position.Advance(partition.Partition, next);
        }
    }

    public ValueTask DisposeAsync() => _consumer.DisposeAsync();

    private static async Task<Dictionary<TopicPartition, long>> OffsetsAsync(ClusterGateway gateway,
        IReadOnlyList<TopicPartition> partitions, OffsetSpec spec, CancellationToken cancellation)
    {
        var found = await gateway.Admin.ListOffsetsAsync(partitions, spec, cancellation);
        var offsets = new Dictionary<TopicPartition, long>();
        foreach (var (partition, result) in found)
            offsets[partition] = result.Error == ErrorCode.None ? result.Offset : throw new ProblemException(
                KafkaProblems.CodeOf(result.Error), $"{partition}: {result.Error.Describe()}");
        return offsets;
    }
}
