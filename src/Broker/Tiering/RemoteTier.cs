using Microsoft.Extensions.Logging;
using Platform.Broker.Coordination;
using Platform.Broker.Hosting;
using Platform.Broker.Metadata;
using Platform.Broker.Quorum;
using Platform.Broker.Replication;
using Platform.Client.Network;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>Everything that a broker needs for tiered storage (KIP-405), put together and taken apart in order.</summary>
internal sealed class RemoteTier : IAsyncDisposable
{
    private static readonly TimeSpan CatchUpPause = TimeSpan.FromMilliseconds(100);

    private readonly IRemoteStorageManager _storage;
    private readonly RemoteLogMetadataManager _metadata;
    private readonly RemoteLogContext _context;
    private readonly RemoteFetches _fetches;
    private readonly IControllerChannel _controller;
    private readonly MetadataCache _image;
    private readonly TimeProvider _time;

    /// <summary>Does nothing before metadata comes.</summary>
    public RemoteTier(NodeParts node, BrokerReplication replication, IControllerChannel controller,
        IInternalTopics internalTopics, Func<IReadOnlyList<EndPoint>> ownEndPoints)
    {
        var (config, logging) = (node.Config, node.Options.LoggerFactory);
        (_controller, _image, _time) = (controller, node.Metadata, node.Options.Time);
        _storage = node.Options.RemoteStorage?.Invoke(node.NodeId)
            ?? RemoteStorageFactory.Create(config, node.Options.Files, _time, logging, () => Effective(node));
        _metadata = new RemoteLogMetadataManager(new RemoteLogMetadataOptions
        {
            BrokerId = node.NodeId,
            // Not as the metadata says: that may be of the run before.
            Bootstrap = () => ownEndPoints() is [var own, ..] ? new BrokerEndpoint(own.Host, own.Port) : null,
            EnsureTopicAsync = () => internalTopics.EnsureCreatedAsync(RemoteLogMetadataManager.Topic),
            PartitionCount = () => _image.Image.Topics.Find(RemoteLogMetadataManager.Topic)?.Partitions.Count ?? 0,
            Time = _time,
            Logger = logging.CreateLogger<RemoteLogMetadataManager>(),
        });
        _context = new RemoteLogContext(node.NodeId, new RemoteLogSettings(config), _storage, _metadata, _time,
            logging.CreateLogger<RemoteLogManager>());
        _fetches = new RemoteFetches(_context, new RemoteLogReader(_context), () => Effective(node)[
            BrokerConfigs.RemoteFetchMaxWaitMs]);
        Lookup = new RemoteTimestampLookup(_context);
        replication.Replicas.RemoteFetches = _fetches;
        replication.Fetchers.UseRemoteState(new RemoteStateBuilder(_context));
        Manager = new RemoteLogManager(config, replication.Replicas, _context,
            new RemotePartitionRemover(replication.Replicas, _context, IsDeletedAsync));
    }

    /// <summary>Gives partitions their roles.</summary>
    public RemoteLogManager Manager { get; }

    /// <summary>Finds offsets by time.</summary>
    public RemoteTimestampLookup Lookup { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _fetches.Dispose();
        await Manager.DisposeAsync();
        await _metadata.DisposeAsync();
        await _storage.DisposeAsync();
        _context.Dispose();
    }

    private static BrokerConfig Effective(NodeParts node) =>
        node.Metadata.Image.Configurations.Effective(node.Config, node.NodeId);

    // A topic that is not in this broker's metadata may be newer than it: the controller says how new it has to be.
    private async ValueTask<bool> IsDeletedAsync(Uuid topicId, CancellationToken cancellation)
    {
        if (_image.Image.Topics.Find(topicId) is not null)
            return false;
        var answer = await _controller.SendAsync(QuorumRequests.Describe(), cancellation: cancellation);
        if (answer.Topics is not [{ Partitions: [{ HighWatermark: > 0 and var committed }] }])
            throw new RemoteStorageException("the controller did not say how new the metadata is");
        while (_image.Image.Offset < committed - 1)
            await Task.Delay(CatchUpPause, _time, cancellation);
        return _image.Image.Topics.Find(topicId) is null;
    }
}
