using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Tests.Fakes;

/// <summary>
/// A cluster of scripted brokers. Requests are answered sensibly unless a test interferes with <see cref="Interfere"/>.
/// </summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Func<FakeExchange, Reaction?>> _interferences = [];
    private readonly Dictionary<string, Uuid> _topicIds = [];
    private long _nextProducerId = 1000;

    public FakeCluster(int brokers = 1) =>
        Brokers = [.. Enumerable.Range(1, brokers).Select(id => new FakeBroker(this, id))];

    public IReadOnlyList<FakeBroker> Brokers { get; }

    public FakeGroup Group { get; } = new();

    public SortedDictionary<TopicPartition, FakePartition> Partitions { get; } = [];

    public List<FakeExchange> Requests { get; } = [];

    /// <summary>Versions that brokers offer; all that have a schema when null.</summary>
    public Dictionary<ApiKey, (short Min, short Max)>? Versions { get; set; }

    public string BootstrapServers => string.Join(',', Brokers.Select(broker => $"127.0.0.1:{broker.Port}"));

    public IEnumerable<T> Received<T>()
        where T : IRequest
    {
        lock (_lock)
            return Requests.Select(exchange => exchange.Request).OfType<T>().ToList();
    }

    public FakeCluster WithTopic(string name, int partitions = 1, int leader = 1)
    {
        _topicIds[name] = new Uuid(1, _topicIds.Count + 100);
        for (var i = 0; i < partitions; i++)
            Partitions[new TopicPartition(name, i)] = new FakePartition { LeaderId = leader };
        return this;
    }

    public FakePartition this[string topic, int partition = 0] => Partitions[new TopicPartition(topic, partition)];

    /// <summary>Lets a test decide first; null leaves the request to the next, and at last to the usual
    /// answer.</summary>
    public void Interfere(Func<FakeExchange, Reaction?> interference)
    {
        lock (_lock)
            _interferences.Add(interference);
    }

    /// <summary>Reacts in a certain way to the first <paramref name="times"/> requests of a kind.</summary>
    public void Interfere<TRequest>(int times, Func<FakeExchange, Reaction> reaction)
        where TRequest : IRequest
    {
        var left = times;
        Interfere(exchange => exchange.Request is TRequest && Interlocked.Decrement(ref left) >= 0 ? reaction(exchange)
            : null);
    }

    internal Reaction? React(FakeExchange exchange)
    {
        List<Func<FakeExchange, Reaction?>> interferences;
        lock (_lock)
        {
            Requests.Add(exchange);
            interferences = [.. _interferences];
        }
        return interferences.Select(interference => interference(exchange))
            .FirstOrDefault(reaction => reaction is not null);
    }

    internal IResponse? Handle(FakeExchange exchange)
    {
        lock (_lock)
            return exchange.Request switch
            {
                ApiVersionsRequest => ApiVersions(),
                MetadataRequest request => Metadata(request),
                InitProducerIdRequest => new InitProducerIdResponse { ProducerId = _nextProducerId++ },
                ProduceRequest request => FakeData.Produce(this, exchange, request),
                FetchRequest request => FakeData.Fetch(this, exchange, request),
                ListOffsetsRequest request => FakeData.ListOffsets(this, request),
                FindCoordinatorRequest request => FindCoordinator(request, exchange.Version),
                _ => Group.Handle(exchange),
            };
    }

    internal ApiVersionsResponse ApiVersions() => new()
    {
        ApiKeys = [.. ApiKeys.All.Select(api => Versions is null
            ? new ApiVersionsResponse.ApiVersion { ApiKey = (short)api.Key, MinVersion = api.LowestVersion,
                MaxVersion = api.HighestStableVersion }
            : new ApiVersionsResponse.ApiVersion
            {
                ApiKey = (short)api.Key,
                MinVersion = Versions.TryGetValue(api.Key, out var range) ? range.Min : api.LowestVersion,
                MaxVersion = Versions.TryGetValue(api.Key, out range) ? range.Max : api.HighestStableVersion,
            })],
    };

    internal string? TopicName(Uuid id) => _topicIds.FirstOrDefault(topic => topic.Value == id).Key;

    private FindCoordinatorResponse FindCoordinator(FindCoordinatorRequest request, short version) => version < 4
        ? new FindCoordinatorResponse { NodeId = 1, Host = "127.0.0.1", Port = Brokers[0].Port }
        : new FindCoordinatorResponse
        {
            Coordinators = [.. request.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator
            {
                Key = key, NodeId = 1, Host = "127.0.0.1", Port = Brokers[0].Port,
            })],
        };

    private MetadataResponse Metadata(MetadataRequest request) => new()
    {
        ClusterId = "fake",
        ControllerId = 1,
        Brokers = [.. Brokers.Select(broker => new MetadataResponse.MetadataResponseBroker
        {
            NodeId = broker.Id, Host = "127.0.0.1", Port = broker.Port,
        })],
        Topics = [.. (request.Topics?.Select(topic => topic.Name!) ?? _topicIds.Keys).Select(Topic)],
    };

    private MetadataResponse.MetadataResponseTopic Topic(string name)
    {
        if (!_topicIds.TryGetValue(name, out var id))
            return new() { Name = name, ErrorCode = ErrorCode.UnknownTopicOrPartition };
        return new()
        {
            Name = name,
            TopicId = id,
            Partitions = [.. Partitions.Where(entry => entry.Key.Topic == name).Select(entry =>
                new MetadataResponse.MetadataResponsePartition
                {
                    PartitionIndex = entry.Key.Partition,
                    LeaderId = entry.Value.LeaderId,
                    LeaderEpoch = entry.Value.LeaderEpoch,
                    ReplicaNodes = [.. Brokers.Select(broker => broker.Id)],
                    IsrNodes = [.. Brokers.Select(broker => broker.Id)],
                })],
        };
    }

    public ValueTask DisposeAsync()
    {
        foreach (var broker in Brokers)
            broker.Dispose();
        return ValueTask.CompletedTask;
    }
}
