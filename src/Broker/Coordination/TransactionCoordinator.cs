using Microsoft.Extensions.Logging;
using Platform.Cluster.Configuration;
using Platform.Cluster.Coordination;
using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>
/// The transactional ids whose partition of <c>__transaction_state</c> this broker leads: what the handlers call, and
/// what the metadata publisher tells of elections. Thread-safe; answers never fault.
/// </summary>
internal sealed class TransactionCoordinator
{
    /// <summary>The topic that holds the states of transactions.</summary>
    public const string Topic = "__transaction_state";

    private readonly CoordinatorRuntime _runtime;
    private readonly Func<int> _partitionCount;
    private readonly ProducerIdManager _producerIds;

    /// <summary>A coordinator that leads nothing yet.</summary>
    /// <param name="config">The node's settings.</param>
    /// <param name="log">The log of <see cref="Topic"/>.</param>
    /// <param name="partitionCount">Partitions of the topic as it is; the setting's value until it exists.</param>
    /// <param name="producerIds">Where producer ids come from.</param>
    /// <param name="version">Level of the feature <c>transaction.version</c>.</param>
    /// <param name="writeMarkers">Writes the markers of a decision and then calls
    /// <see cref="OnMarkersWritten"/>: partition of <see cref="Topic"/>, its leader epoch, and the markers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="runLater">Runs the loading of partitions; see <see cref="CoordinatorSettings.RunLater"/>.</param>
    /// <param name="logger">Where problems are told.</param>
    public TransactionCoordinator(
        BrokerConfig config,
        ICoordinatorLog log,
        Func<int> partitionCount,
        ProducerIdManager producerIds,
        Func<short> version,
        Action<int, int, WriteTransactionMarkers> writeMarkers,
        TimeProvider time,
        Action<Action> runLater,
        ILogger<TransactionCoordinator> logger)
    {
        var options = TransactionCoordinatorOptions.From(config);
        (_partitionCount, _producerIds) = (partitionCount, producerIds);
        _runtime = new CoordinatorRuntime(
            new CoordinatorSettings
            {
                Topic = Topic,
                Log = log,
                Codec = TransactionRecords.Codec,
                NewShard = () => new TransactionCoordinatorShard(options, producerIds.TryNext, version),
                OnCommitted = (partition, epoch, effect) =>
                    writeMarkers(partition, epoch, (WriteTransactionMarkers)effect),
                Logger = logger,
                RunLater = runLater,
                LoadBufferBytes = config[BrokerConfigs.TransactionStateLogLoadBufferSize],
            },
            time);
    }

    /// <summary>How often <see cref="OnTick"/> wants to be called.</summary>
    public static TimeSpan TickInterval { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The partition of <see cref="Topic"/> whose leader coordinates a transactional id.</summary>
    public int PartitionFor(string transactionalId) => JavaHash.PartitionFor(transactionalId, _partitionCount());

    /// <summary>This broker leads a partition of <see cref="Topic"/> in an epoch.</summary>
    public void OnElection(int partition, int leaderEpoch) => _runtime.OnElection(partition, leaderEpoch);

    /// <summary>This broker no longer leads a partition of <see cref="Topic"/>.</summary>
    public void OnResignation(int partition) => _runtime.OnResignation(partition);

    /// <summary>A partition is committed up to an offset. Call it without holding a lock.</summary>
    public void OnHighWatermark(int partition, long highWatermark) => _runtime.OnHighWatermark(partition, highWatermark);

    /// <summary>Fires what is due: aborts of transactions that ran out of time, the expiry of ids.</summary>
    public void OnTick() => _runtime.OnTick();

    /// <summary>True while this broker leads a partition of <see cref="Topic"/> in an epoch.</summary>
    public bool IsLed(int partition, int leaderEpoch) => _runtime.IsLed(partition, leaderEpoch);

    /// <summary>All markers of a decision are written.</summary>
    /// <returns>None; or why that could not be noted.</returns>
    public ErrorCode OnMarkersWritten(int partition, int leaderEpoch, WriteTransactionMarkers markers) =>
        _runtime.Invoke(partition, leaderEpoch,
            (shard, nowMs) => ((TransactionCoordinatorShard)shard).OnMarkersWritten(markers, nowMs));

    /// <summary>InitProducerId with a transactional id.</summary>
    public async ValueTask<InitProducerIdResponse> InitProducerIdAsync(
        InitProducerIdRequest request, CoordinatorRequestContext client)
    {
        await _producerIds.EnsureAvailableAsync();
        return await _runtime.HandleAsync(PartitionFor(request.TransactionalId!), request, client,
            error => new InitProducerIdResponse { ErrorCode = error, ProducerId = -1, ProducerEpoch = -1 });
    }

    /// <summary>EndTxn.</summary>
    public Task<EndTxnResponse> EndTxnAsync(EndTxnRequest request, CoordinatorRequestContext client) =>
        _runtime.HandleAsync(PartitionFor(request.TransactionalId), request, client,
            static error => new EndTxnResponse { ErrorCode = error });

    /// <summary>AddPartitionsToTxn of one transaction, in the form of version 4.</summary>
    public Task<AddPartitionsToTxnResponse> AddPartitionsAsync(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction, CoordinatorRequestContext client) =>
        _runtime.HandleAsync(
            PartitionFor(transaction.TransactionalId),
            new AddPartitionsToTxnRequest { Transactions = [transaction] },
            client,
            error => TransactionErrors.AddPartitions(transaction, error));

    /// <summary>DescribeTransactions, in the order of the request.</summary>
    public async ValueTask<DescribeTransactionsResponse> DescribeAsync(
        DescribeTransactionsRequest request, CoordinatorRequestContext client)
    {
        var answers = request.TransactionalIds.ConvertAll(id => _runtime.HandleAsync(
            PartitionFor(id), new DescribeTransactionsRequest { TransactionalIds = [id] }, client,
            error => TransactionErrors.Describe(id, error)));
        return new() { TransactionStates = [.. (await Task.WhenAll(answers)).SelectMany(a => a.TransactionStates)] };
    }

    /// <summary>ListTransactions of all shards here; an error while one of them loads: the list would have gaps.</summary>
    public async ValueTask<ListTransactionsResponse> ListAsync(
        ListTransactionsRequest request, CoordinatorRequestContext client)
    {
        var answers = await Task.WhenAll(_runtime.Partitions.Select(partition => _runtime.HandleAsync(
            partition, request, client, static error => new ListTransactionsResponse { ErrorCode = error })));
        // A partition that moved meanwhile is listed by its new leader.
        var failed = answers.FirstOrDefault(a => a.ErrorCode is not (ErrorCode.None or ErrorCode.NotCoordinator));
        return failed ?? new ListTransactionsResponse
        {
            UnknownStateFilters = answers.FirstOrDefault()?.UnknownStateFilters ?? [],
            TransactionStates = [.. answers.SelectMany(answer => answer.TransactionStates)],
        };
    }
}
