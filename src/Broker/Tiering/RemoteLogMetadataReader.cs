using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Broker.Tiering;

/// <summary>
/// Reads those partitions of <c>__remote_log_metadata</c> that hosted partitions are noted in, from the begin, and keeps
/// what is about them. A partition that comes later makes its metadata partition be read again; others skip what they
/// have. One loop; whatever fails is tried again after a pause.
/// </summary>
internal sealed class RemoteLogMetadataReader : IAsyncDisposable
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryBackoff = TimeSpan.FromMilliseconds(500);

    private readonly RemoteLogMetadataOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<(Uuid TopicId, int Partition), RemotePartitionMetadata> _known = [];
    private readonly List<RemotePartitionMetadata> _new = [];
    private readonly Dictionary<int, List<RemotePartitionMetadata>> _assigned = [];
    private readonly SemaphoreSlim _wakeUp = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private KafkaConsumer? _consumer;
    private AdminClient? _admin;

    public RemoteLogMetadataReader(RemoteLogMetadataOptions options)
    {
        _options = options;
        _running = RunAsync();
    }

    public RemotePartitionMetadata Track(TopicIdPartition partition)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue((partition.TopicId, partition.Partition), out var known))
            {
                _known[(partition.TopicId, partition.Partition)] = known = new RemotePartitionMetadata(partition);
                _new.Add(known);
            }
            known.Users++;
            if (_wakeUp.CurrentCount == 0)
                _wakeUp.Release();
            return known;
        }
    }

    public void Forget(TopicIdPartition partition)
    {
        lock (_lock)
            if (_known.TryGetValue((partition.TopicId, partition.Partition), out var known) && --known.Users <= 0)
                _known.Remove((partition.TopicId, partition.Partition));
    }

    public RemotePartitionMetadata? Find(TopicIdPartition partition)
    {
        lock (_lock)
            return _known.GetValueOrDefault((partition.TopicId, partition.Partition));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync();
        _stopping.Dispose();
        _wakeUp.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await StepAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _options.Logger.MetadataNotRead(error.Message);
                await StartOverAsync();
                await Task.Delay(RetryBackoff, _options.Time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // With new connections and from the begin; what was taken is skipped.
    private async Task StartOverAsync()
    {
        lock (_lock)
        {
            _new.Clear();
            _new.AddRange(_known.Values);
            _assigned.Clear();
        }
        await CloseAsync();
    }

    private async Task CloseAsync()
    {
        if (_consumer is not null)
            await _consumer.DisposeAsync();
        if (_admin is not null)
            await _admin.DisposeAsync();
        (_consumer, _admin) = (null, null);
    }

    private async Task StepAsync(CancellationToken cancellation)
    {
        await BeginNewAsync(cancellation);
        if (_assigned.Count == 0)
        {
            await _wakeUp.WaitAsync(cancellation);
            return;
        }
        foreach (var record in await _consumer!.PollAsync(PollTimeout, cancellation))
            Take(record);
        foreach (var (number, partitions) in _assigned)
            if (_consumer.Position(new TopicPartition(RemoteLogMetadataManager.Topic, number)) is { } position)
                partitions.ForEach(partition => partition.Advance(position));
    }

    private void Take(ConsumeResult record)
    {
        try
        {
            if (RemoteLogMetadataSerde.Read(record.Value ?? ReadOnlyMemory<byte>.Empty) is not var (partition, change))
                return;
            if (Find(partition) is { } known && !known.Take(record.Offset, change))
                _options.Logger.MetadataContradicts(record.TopicPartition, record.Offset, partition.TopicPartition);
        }
        catch (ProtocolException malformed)
        {
            _options.Logger.MetadataMalformed(record.TopicPartition, record.Offset, malformed.Message);
        }
    }

    // What fails before the end is begun anew at the next step.
    private async Task BeginNewAsync(CancellationToken cancellation)
    {
        List<RemotePartitionMetadata> begun;
        lock (_lock)
        {
            foreach (var partitions in _assigned.Values)
                partitions.RemoveAll(partition => partition.Users <= 0);
            _new.RemoveAll(partition => partition.Users <= 0);
            begun = [.. _new];
        }
        if (begun.Count == 0)
            return;
        var numbers = new Dictionary<RemotePartitionMetadata, int>();
        foreach (var partition in begun)
            numbers[partition] = await _options.PartitionForAsync(partition.Id, cancellation);
        var affected = numbers.Values.Distinct().Select(
            number => new TopicPartition(RemoteLogMetadataManager.Topic, number)).ToList();
        _admin ??= new AdminClient(_options.Admin());
        var ends = await _admin.ListOffsetsAsync(affected, OffsetSpec.Latest, cancellation);
        foreach (var (partition, end) in ends)
            KafkaException.ThrowIfError(end.Error, $"asking for the end of {partition}");
        Assign(numbers, affected);
        foreach (var (partition, number) in numbers)
            partition.BeginsAt(ends[new TopicPartition(RemoteLogMetadataManager.Topic, number)].Offset);
        lock (_lock)
            _new.RemoveAll(numbers.ContainsKey);
    }

    private void Assign(Dictionary<RemotePartitionMetadata, int> numbers, List<TopicPartition> affected)
    {
        foreach (var empty in _assigned.Where(entry => entry.Value.Count == 0).Select(entry => entry.Key).ToList())
            _assigned.Remove(empty);
        foreach (var (partition, number) in numbers)
        {
            if (!_assigned.TryGetValue(number, out var partitions))
                _assigned[number] = partitions = [];
            partitions.Add(partition);
        }
        _consumer ??= new KafkaConsumer(_options.Consumer());
        _consumer.Assign(_assigned.Keys.Select(number => new TopicPartition(RemoteLogMetadataManager.Topic, number)));
        _consumer.SeekToBeginning(affected);
    }
}
