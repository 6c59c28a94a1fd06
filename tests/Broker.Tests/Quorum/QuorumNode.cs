using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Metadata;
using Platform.Broker.Quorum;
using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Quorum;

/// <summary>A node of the quorum over a disk in memory: the real log, loop and controller.</summary>
internal sealed class QuorumNode : IMetadataPublisher
{
    internal const string ClusterId = "quorum-test";
    private const string Directory = "/data";

    private readonly LogManager _logs;
    private readonly List<(Func<MetadataImage, bool> Condition,
        TaskCompletionSource<MetadataImage> Reached)> _awaited = [];
    private volatile TaskCompletionSource<int> _leading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MetadataImage _image = MetadataImage.Empty;

    /// <summary>Opens the node's log and starts it.</summary>
    internal QuorumNode(int id, MemoryFileSystem disk, VoterSet voters, IRaftTransport? transport = null,
        RaftSettings? settings = null)
    {
        Id = id;
        Format(disk, id);
        _logs = new LogManager(disk,
            new LogManagerOptions { LogDirectories = [Directory], NodeId = id, ClusterId = ClusterId });
        _logs.LoadLogs(nowMs: 0, _ => MetadataLog.Settings(BrokerConfig.Default));
        Log = new MetadataLog(_logs.GetOrCreate(MetadataLog.Partition, MetadataLog.Settings(BrokerConfig.Default)), disk);
        Loop = new ControllerLoop(new ControllerLoopOptions
        {
            Raft = new RaftDriverOptions
            {
                ClusterId = ClusterId,
                Local = ReplicaKey.Of(id),
                Voters = voters,
                Log = Log,
                StateFile = new QuorumStateFile(disk, Log.DirectoryPath, voters),
                Transport = transport ?? new NoRaftTransport(),
                Time = TimeProvider.System,
                Random = new Random(id),
                Settings = settings ?? new RaftSettings(),
            },
            Config = BrokerConfig.Default,
            Placer = new StripedReplicaPlacer(new Random(1)),
            NewTopicId = Uuid.Random,
            Logger = NullLogger.Instance,
            OnFatal = error => Fatal.TrySetResult(error),
        });
        Loop.LeaderChanged += leader => _leading = SetLeading(leader.LeaderId == Id);
        Loop.AddPublisher(this);
        Loop.Start();
    }

    internal int Id { get; }

    internal ControllerLoop Loop { get; }

    internal MetadataLog Log { get; }

    /// <summary>Completes when the node had to stop.</summary>
    internal TaskCompletionSource<Exception> Fatal { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with this node's id when it leads.</summary>
    internal Task<int> WhenLeading() => _leading.Task;

    /// <summary>The first image from now on that is such.</summary>
    internal Task<MetadataImage> WhenImage(Func<MetadataImage, bool> condition)
    {
        lock (_awaited)
        {
            if (condition(_image))
                return Task.FromResult(_image);
            var reached = new TaskCompletionSource<MetadataImage>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((condition, reached));
            return reached.Task;
        }
    }

    /// <summary>Ends the threads and lets go of the files without closing the log in order.</summary>
    internal void Kill()
    {
        Loop.Dispose();
        _logs.Dispose();
    }

    private TaskCompletionSource<int> SetLeading(bool leads)
    {
        if (!leads)
            return _leading.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _leading;
        _leading.TrySetResult(Id);
        return _leading;
    }

    void IMetadataPublisher.Publish(MetadataDelta delta, MetadataImage image)
    {
        lock (_awaited)
        {
            _image = image;
            foreach (var awaited in _awaited.Where(awaited => awaited.Condition(image)).ToList())
            {
                awaited.Reached.SetResult(image);
                _awaited.Remove(awaited);
            }
        }
    }

    private static void Format(MemoryFileSystem disk, int id)
    {
        disk.CreateDirectory(Directory);
        if (MetaProperties.Read(disk, Directory) is null)
            new MetaProperties(ClusterId, id, new Uuid(id, id)).Write(disk, Directory);
        disk.SyncDirectory("/");
    }
}
