using Microsoft.Extensions.Logging;
using Platform.Broker.Quorum;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;

namespace Platform.Broker.Metadata;

/// <summary>
/// Replays committed batches of the metadata log into images and hands each to the publishers, on a thread of its own:
/// publishers create and delete logs, for which raft must not wait. Batches that were committed meanwhile come in one
/// image, so that a slow publisher sees fewer and larger changes, never a queue.
/// </summary>
internal sealed class MetadataLoader : IDisposable
{
    private readonly MetadataLog _log;
    private readonly List<IMetadataPublisher> _publishers = [];
    private readonly SnapshotGenerator _snapshots;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wakeUp = new(0);
    private readonly Thread _thread;
    private MetadataReplay _replay = new(new MetadataDelta(MetadataImage.Empty), nextOffset: 0, epoch: -1);
    private MetadataImage _image = MetadataImage.Empty;
    private long _highWatermark;
    private volatile bool _stopping;

    /// <summary>A loader that <see cref="Start"/> starts.</summary>
    /// <param name="log">The metadata log.</param>
    /// <param name="snapshots">Told of every image.</param>
    /// <param name="logger">For failures.</param>
    public MetadataLoader(MetadataLog log, SnapshotGenerator snapshots, ILogger logger)
    {
        (_log, _snapshots, _logger) = (log, snapshots, logger);
        _thread = new Thread(Run) { Name = "metadata", IsBackground = true };
    }

    /// <summary>The newest image that all publishers have taken.</summary>
    public MetadataImage Image => Volatile.Read(ref _image);

    /// <summary>Called on the loader's thread after the publishers.</summary>
    public event Action<MetadataImage>? Applied;

    /// <summary>The log cannot be replayed: called once, after which the loader stands still and the node should
    /// stop.</summary>
    public event Action<Exception>? Failed;

    /// <summary>Adds somebody who follows, after those before. Only before <see cref="Start"/>.</summary>
    public void AddPublisher(IMetadataPublisher publisher) => _publishers.Add(publisher);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Everything below the offset is committed. From any thread; returns at once.</summary>
    public void OnHighWatermark(long highWatermark)
    {
        Volatile.Write(ref _highWatermark, highWatermark);
        if (_wakeUp.CurrentCount == 0)
            _wakeUp.Release();
    }

    /// <summary>Ends the thread after the image it is at.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wakeUp.Release();
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted) && Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private void Run()
    {
        try
        {
            // What a snapshot holds was committed; it is published with what follows, so that nobody sees old states.
            LoadSnapshot();
            while (!_stopping)
            {
                _wakeUp.Wait();
                CatchUp();
            }
        }
        catch (Exception error)
        {
            // Whatever is wrong with the log: an image that leaves out a record is worse than none.
            _logger.ReplayFailed(error, _replay.NextOffset);
            Failed?.Invoke(error);
        }
    }

    private void CatchUp()
    {
        var highWatermark = Volatile.Read(ref _highWatermark);
        while (!_stopping && _replay.NextOffset < highWatermark)
        {
            if (_log.TryRead(_replay.NextOffset, RaftSettings.MaxBatchBytes) is not { } batches)
                LoadSnapshotInstead();
            else if (!_replay.Replay(batches, highWatermark))
                break;
        }
        if (_replay.NextOffset > Image.Offset + 1 && _replay.IsComplete)
            Publish();
    }

    // Raft replaced the log by the leader's snapshot, or cleaned it while this thread was slow.
    private void LoadSnapshotInstead()
    {
        if (!LoadSnapshot())
            throw new InvalidOperationException($"Offset {_replay.NextOffset} of the metadata log is gone, and no "
                + "snapshot holds it.");
    }

    private bool LoadSnapshot()
    {
        if (_log.Snapshots.Latest is not { } latest || latest.Offset <= _replay.NextOffset)
            return false;
        var (bytes, _) = _log.Snapshots.Read(latest, 0, int.MaxValue)!.Value;
        var image = SnapshotFormat.Read(latest, bytes);
        _replay = new MetadataReplay(MetadataDelta.Between(Image, image), latest.Offset, latest.Epoch)
        {
            Voters = _log.Snapshots.ReadVoters(latest),
        };
        _logger.SnapshotLoaded(latest.Offset, latest.Epoch);
        return true;
    }

    private void Publish()
    {
        var (delta, image) = _replay.TakeImage();
        foreach (var publisher in _publishers)
            Publish(publisher, delta, image);
        Volatile.Write(ref _image, image);
        _logger.ImagePublished(image.Offset, image.Epoch);
        _snapshots.OnPublished(image, _replay.Bytes, _replay.LastTimestampMs, _replay.Voters);
        Applied?.Invoke(image);
    }

    // One publisher that fails must not keep the others from following.
    private void Publish(IMetadataPublisher publisher, MetadataDelta delta, MetadataImage image)
    {
        try
        {
            publisher.Publish(delta, image);
        }
        catch (Exception error)
        {
            _logger.PublisherFailed(error, publisher.GetType().Name, image.Offset);
        }
    }
}
