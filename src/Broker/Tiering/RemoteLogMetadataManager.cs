using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Client.Producing;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>
/// Keeps what is known of remote copies in the topic <c>__remote_log_metadata</c> (KIP-405's topic-based
/// RemoteLogMetadataManager). A change counts when it was read back: the order of the topic decides between brokers that
/// both believe to lead.
/// </summary>
internal sealed class RemoteLogMetadataManager : IAsyncDisposable
{
    /// <summary>The topic.</summary>
    public const string Topic = "__remote_log_metadata";

    private static readonly TimeSpan ReadBackLimit = TimeSpan.FromSeconds(120);

    private readonly RemoteLogMetadataOptions _options;
    private readonly RemoteLogMetadataReader _reader;
    private readonly Lock _lock = new();
    private KafkaProducer? _producer;
    private bool _stopped;

    /// <summary>Reads and writes nothing before the first partition.</summary>
    public RemoteLogMetadataManager(RemoteLogMetadataOptions options)
    {
        _options = options;
        _reader = new RemoteLogMetadataReader(options);
    }

    /// <summary>Begins to read what is known of a partition, once for each caller who calls <see cref="Forget"/>
    /// later.</summary>
    public RemotePartitionMetadata Track(TopicIdPartition partition) => _reader.Track(partition);

    /// <summary>The caller needs the partition no more.</summary>
    public void Forget(TopicIdPartition partition) => _reader.Forget(partition);

    /// <summary>What is known of a partition's copies; null while it is not all read.</summary>
    public RemoteLogMetadataCache? CacheOf(TopicIdPartition partition) =>
        _reader.Find(partition) is { IsInitialized: true } known ? known.Cache : null;

    /// <summary>Notes that a copy was begun.</summary>
    /// <exception cref="KafkaException">It could not be written; it may have been all the same.</exception>
    public Task AddAsync(RemoteLogSegmentMetadata begun, CancellationToken cancellation) =>
        WriteAsync(begun.RemoteLogSegmentId.TopicIdPartition, RemoteLogMetadataSerde.Write(begun), cancellation);

    /// <summary>Notes that a copy changed its state.</summary>
    /// <exception cref="KafkaException">It could not be written; it may have been all the same.</exception>
    public Task UpdateAsync(RemoteLogSegmentMetadataUpdate update, CancellationToken cancellation) =>
        WriteAsync(update.RemoteLogSegmentId.TopicIdPartition, RemoteLogMetadataSerde.Write(update), cancellation);

    /// <summary>Notes how far the deletion of everything remote of a partition has come.</summary>
    /// <exception cref="KafkaException">It could not be written; it may have been all the same.</exception>
    public Task UpdateAsync(RemotePartitionDeletion deletion, CancellationToken cancellation) =>
        WriteAsync(deletion.TopicIdPartition, RemoteLogMetadataSerde.Write(deletion), cancellation);

    /// <summary>Ends reading and writing.</summary>
    public async ValueTask DisposeAsync()
    {
        KafkaProducer? producer;
        lock (_lock)
        {
            _stopped = true;
            producer = _producer;
        }
        await _reader.DisposeAsync();
        if (producer is not null)
            await producer.DisposeAsync();
    }

    private async Task WriteAsync(TopicIdPartition about, byte[] value, CancellationToken cancellation)
    {
        var known = _reader.Track(about);
        try
        {
            var partition = await _options.PartitionForAsync(about, cancellation);
            var written = await Producer().SendAsync(
                new ProducerRecord(Topic, value) { Partition = partition }, cancellation);
            await known.WhenTaken(written.Offset).WaitAsync(ReadBackLimit, _options.Time, cancellation);
        }
        catch (TimeoutException late)
        {
            throw new KafkaException(ErrorCode.RequestTimedOut,
                $"{Topic}: what was written of {about.TopicPartition} was not read back within {ReadBackLimit}", late);
        }
        finally
        {
            _reader.Forget(about);
        }
    }

    private KafkaProducer Producer()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            return _producer ??= new KafkaProducer(_options.Producer());
        }
    }
}
