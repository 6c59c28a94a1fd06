using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Security.Guards;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security;

/// <summary>Puts guards before the handlers of a table: what a whole request needs by <see cref="ApiAccess"/>, and what its parts
/// need and its answer may show by the list here. Without an authorizer only what clients are told of their rights
/// remains (KIP-430).</summary>
internal sealed class ApiGuards
{
    private readonly Authorizer _authorizer;
    private readonly MetadataCache _metadata;
    private readonly bool _isController;
    private readonly Dictionary<ApiKey, List<object>> _guards = [];

    /// <summary>Guards of a node's listeners.</summary>
    /// <param name="authorizer">Decides.</param>
    /// <param name="metadata">Names of topics that requests know by id.</param>
    /// <param name="isController">True for the listeners of controllers, where Fetch is of the metadata log.</param>
    public ApiGuards(Authorizer authorizer, MetadataCache metadata, bool isController)
    {
        (_authorizer, _metadata, _isController) = (authorizer, metadata, isController);
        AddTopics();
        AddTopicChanges();
        AddGroups();
        AddTransactions();
        AddSettings();
        AddRights();
    }

    /// <summary>Is it declared what the API needs?</summary>
    public bool Knows(ApiKey key) => ApiAccess.Open.Contains(key) || ApiAccess.Of(key).Count > 0 || _guards.ContainsKey(key)
        || key == ApiKey.Fetch;

    /// <summary>The handler behind its guards.</summary>
    public IApiHandler<TRequest, TResponse> Guard<TRequest, TResponse>(IApiHandler<TRequest, TResponse> handler)
        where TRequest : IRequest<TResponse>, new()
        where TResponse : class, IResponse, new()
    {
        var key = new TRequest().ApiKey;
        if (!Knows(key))
            throw new InvalidOperationException($"nothing says who may use {key}: add it to {nameof(ApiAccess)}");
        foreach (var guard in _guards.GetValueOrDefault(key, []).OfType<IApiGuard<TRequest, TResponse>>().Reverse())
            if (_authorizer.IsOn || guard is AfterGuard<TRequest, TResponse>)
                handler = new GuardedHandler<TRequest, TResponse>(guard, handler);
        if (!_authorizer.IsOn)
            return handler;
        foreach (var needs in Whole(key).Reverse())
            handler = new GuardedHandler<TRequest, TResponse>(new WholeGuard<TRequest, TResponse>(_authorizer, needs), handler);
        return handler;
    }

    private IEnumerable<Func<IRequest, Needed[]>> Whole(ApiKey key) =>
        _isController && key == ApiKey.Fetch ? ApiAccess.Of(ApiKey.FetchSnapshot) : ApiAccess.Of(key);

    private void AddTopics()
    {
        Items<ProduceRequest, ProduceResponse, ProduceRequest.TopicProduceData>(
            static request => request.TopicData, (_, topic) => Topic(AclOperation.Write, topic.Name, topic.TopicId),
            static (response, refused) => response.Responses.AddRange(refused.Responses));
        Items<ListOffsetsRequest, ListOffsetsResponse, ListOffsetsRequest.ListOffsetsTopic>(
            static request => request.Topics, static (_, topic) => Needed.Topic(AclOperation.Describe, topic.Name),
            static (response, refused) => response.Topics.AddRange(refused.Topics));
        Items<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse, OffsetForLeaderEpochRequest.OffsetForLeaderTopic>(
            static request => request.Topics, static (_, topic) => Needed.Topic(AclOperation.Describe, topic.Topic),
            static (response, refused) => response.Topics.AddRange(refused.Topics));
        Items<DescribeProducersRequest, DescribeProducersResponse, DescribeProducersRequest.TopicRequest>(
            static request => request.Topics, static (_, topic) => Needed.Topic(AclOperation.Read, topic.Name),
            static (response, refused) => response.Topics.AddRange(refused.Topics));
        Add(new MetadataGuard(_authorizer, _metadata));
        Add(new DescribeTopicPartitionsGuard(_authorizer, _metadata));
    }

    private void AddTopicChanges()
    {
        Items<DeleteRecordsRequest, DeleteRecordsResponse, DeleteRecordsRequest.DeleteRecordsTopic>(
            static request => request.Topics, static (_, topic) => Needed.Topic(AclOperation.Delete, topic.Name),
            static (response, refused) => response.Topics.AddRange(refused.Topics));
        Add(new CreateTopicsGuard(_authorizer));
        Items<CreatePartitionsRequest, CreatePartitionsResponse, CreatePartitionsRequest.CreatePartitionsTopic>(
            static request => request.Topics, static (_, topic) => Needed.Topic(AclOperation.Alter, topic.Name),
            static (response, refused) => response.Results.AddRange(refused.Results));
        Items<DeleteTopicsRequest, DeleteTopicsResponse, string>(
            static request => request.TopicNames, static (_, name) => Needed.Topic(AclOperation.Delete, name),
            static (response, refused) => response.Responses.AddRange(refused.Responses.Where(topic => topic.TopicId == Uuid.Zero)));
        Items<DeleteTopicsRequest, DeleteTopicsResponse, DeleteTopicsRequest.DeleteTopicState>(
            static request => request.Topics, (_, topic) => Topic(AclOperation.Delete, topic.Name ?? "", topic.TopicId),
            static (response, refused) => response.Responses.AddRange(refused.Responses));
    }

    private void AddGroups()
    {
        Items<OffsetCommitRequest, OffsetCommitResponse, OffsetCommitRequest.OffsetCommitRequestTopic>(
            static request => request.Topics, (_, topic) => Topic(AclOperation.Read, topic.Name, topic.TopicId),
            static (response, refused) => response.Topics.AddRange(refused.Topics));
        Items<OffsetFetchRequest, OffsetFetchResponse, OffsetFetchRequest.OffsetFetchRequestGroup>(
            static request => request.Groups, static (_, group) => Needed.Group(AclOperation.Describe, group.GroupId),
            static (response, refused) => response.Groups.AddRange(refused.Groups));
        Add(new OffsetFetchGuard(_authorizer, _metadata));
        Add(new OffsetDeleteGuard(_authorizer));
        Items<FindCoordinatorRequest, FindCoordinatorResponse, string>(
            static request => request.CoordinatorKeys, static (request, key) => ApiAccess.Coordinator(request, key),
            static (response, refused) => response.Coordinators.AddRange(refused.Coordinators));
        Items<DescribeGroupsRequest, DescribeGroupsResponse, string>(
            static request => request.Groups, static (_, id) => Needed.Group(AclOperation.Describe, id),
            static (response, refused) => response.Groups.AddRange(refused.Groups));
        Items<DeleteGroupsRequest, DeleteGroupsResponse, string>(
            static request => request.GroupsNames, static (_, id) => Needed.Group(AclOperation.Delete, id),
            static (response, refused) => response.Results.AddRange(refused.Results));
        Shows<ListGroupsRequest, ListGroupsResponse>((_, response, context) =>
        {
            if (!_authorizer.Sees(context, Needed.Cluster(AclOperation.Describe)))
                response.Groups.RemoveAll(group => !_authorizer.Sees(context, Needed.Group(AclOperation.Describe, group.GroupId)));
        });
    }

    private void AddTransactions()
    {
        Add(new InitProducerIdGuard(_authorizer));
        Add(new AddPartitionsToTxnGuard(_authorizer));
        Items<TxnOffsetCommitRequest, TxnOffsetCommitResponse, TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic>(
            static request => request.Topics, (_, topic) => Topic(AclOperation.Read, topic.Name, topic.TopicId),
            static (response, refused) => response.Topics.AddRange(refused.Topics));
        Items<DescribeTransactionsRequest, DescribeTransactionsResponse, string>(
            static request => request.TransactionalIds, static (_, id) => Needed.TransactionalId(AclOperation.Describe, id),
            static (response, refused) => response.TransactionStates.AddRange(refused.TransactionStates));
        Shows<DescribeTransactionsRequest, DescribeTransactionsResponse>((_, response, context) =>
        {
            foreach (var state in response.TransactionStates)
                state.Topics.RemoveAll(topic => !_authorizer.Sees(context, Needed.Topic(AclOperation.Describe, topic.Topic)));
        });
        Shows<ListTransactionsRequest, ListTransactionsResponse>((_, response, context) => response.TransactionStates.RemoveAll(
            state => !_authorizer.Sees(context, Needed.TransactionalId(AclOperation.Describe, state.TransactionalId))));
    }

    private void AddSettings()
    {
        Items<DescribeConfigsRequest, DescribeConfigsResponse, DescribeConfigsRequest.DescribeConfigsResource>(
            static request => request.Resources,
            static (_, item) => ApiAccess.Settings(AclOperation.DescribeConfigs, item.ResourceType, item.ResourceName),
            static (response, refused) => response.Results.AddRange(refused.Results));
        Items<AlterConfigsRequest, AlterConfigsResponse, AlterConfigsRequest.AlterConfigsResource>(
            static request => request.Resources,
            static (_, item) => ApiAccess.Settings(AclOperation.AlterConfigs, item.ResourceType, item.ResourceName),
            static (response, refused) => response.Responses.AddRange(refused.Responses));
        Items<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, IncrementalAlterConfigsRequest.AlterConfigsResource>(
            static request => request.Resources,
            static (_, item) => ApiAccess.Settings(AclOperation.AlterConfigs, item.ResourceType, item.ResourceName),
            static (response, refused) => response.Responses.AddRange(refused.Responses));
    }

    // What clients may do, where they ask (KIP-430); they may do everything without an authorizer.
    private void AddRights()
    {
        Shows<MetadataRequest, MetadataResponse>((request, response, context) =>
        {
            if (request.IncludeClusterAuthorizedOperations)
                response.ClusterAuthorizedOperations = OfCluster(context);
            if (request.IncludeTopicAuthorizedOperations)
                foreach (var topic in response.Topics.Where(topic => topic.ErrorCode == ErrorCode.None))
                    topic.TopicAuthorizedOperations = _authorizer.Operations(context, AclResourceType.Topic, topic.Name!);
        });
        Shows<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>((_, response, context) =>
        {
            foreach (var topic in response.Topics.Where(topic => topic.ErrorCode == ErrorCode.None))
                topic.TopicAuthorizedOperations = _authorizer.Operations(context, AclResourceType.Topic, topic.Name!);
        });
        Shows<DescribeClusterRequest, DescribeClusterResponse>((request, response, context) =>
        {
            if (request.IncludeClusterAuthorizedOperations && response.ErrorCode == ErrorCode.None)
                response.ClusterAuthorizedOperations = OfCluster(context);
        });
        Shows<DescribeGroupsRequest, DescribeGroupsResponse>((request, response, context) =>
        {
            if (request.IncludeAuthorizedOperations)
                foreach (var group in response.Groups.Where(group => group.ErrorCode == ErrorCode.None))
                    group.AuthorizedOperations = _authorizer.Operations(context, AclResourceType.Group, group.GroupId);
        });
    }

    private int OfCluster(RequestContext context) => _authorizer.Sees(context, Needed.Cluster(AclOperation.Describe))
        ? _authorizer.Operations(context, AclResourceType.Cluster, AclBinding.ClusterName) : 0;

    private Needed? Topic(AclOperation operation, string name, Uuid id) =>
        id == Uuid.Zero ? Needed.Topic(operation, name)
        : _metadata.Image.Topics.Find(id) is { } topic ? Needed.Topic(operation, topic.Name) : null;

    private void Items<TRequest, TResponse, TItem>(Func<TRequest, List<TItem>?> items,
        Func<TRequest, TItem, Needed?> need, Action<TResponse, TResponse> merge)
        where TRequest : IRequest<TResponse>, new()
        where TResponse : class, IResponse, new() =>
        Add(new ItemGuard<TRequest, TResponse, TItem>(_authorizer, items, need, merge));

    private void Shows<TRequest, TResponse>(Action<TRequest, TResponse, RequestContext> change)
        where TRequest : IRequest<TResponse>, new()
        where TResponse : class, IResponse, new() => Add(new AfterGuard<TRequest, TResponse>(change));

    private void Add<TRequest, TResponse>(IApiGuard<TRequest, TResponse> guard)
        where TRequest : IRequest<TResponse>, new()
        where TResponse : class, IResponse, new()
    {
        var key = new TRequest().ApiKey;
        if (!_guards.TryGetValue(key, out var guards))
            _guards[key] = guards = [];
        guards.Add(guard);
    }
}
