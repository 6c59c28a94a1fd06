using Platform.Broker.Tiering;
using Platform.Client;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Replication;

/// <summary>The connection of a fetcher to its leader: opened when needed, and again, at the leader's address of the day,
/// after it failed. Confined to the loop of its fetcher.</summary>
internal sealed class LeaderLink(int brokerId, ReplicaFetcherOptions options) : IDisposable
{
    private const long LatestTimestamp = -1;
    private const long EarliestTimestamp = -2;
    private const long EarliestLocalTimestamp = -4;
    private BrokerConnection? _connection;

    /// <summary>The leader.</summary>
    public int BrokerId { get; } = brokerId;

    /// <summary>Fetches; records are valid until the answer is disposed.</summary>
    /// <exception cref="KafkaException">The leader cannot be reached.</exception>
    public async ValueTask<PooledResponse<FetchResponse>> FetchAsync(FetchRequest request, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        return await connection.SendPooledAsync(request, default, cancellation);
    }

    /// <summary>Begin and end of the leader's log.</summary>
    /// <exception cref="KafkaException">The leader cannot be reached, or leads no more.</exception>
    public async ValueTask<(long Start, long End)> RangeAsync(
        TopicIdPartition partition, int leaderEpoch, CancellationToken cancellation)
    {
        var start = await OffsetAsync(partition, leaderEpoch, EarliestTimestamp, cancellation);
        return (start.Offset, (await OffsetAsync(partition, leaderEpoch, LatestTimestamp, cancellation)).Offset);
    }

    /// <summary>Where the leader's log begins, whole and on its disk (KIP-405).</summary>
    /// <exception cref="KafkaException">The leader cannot be reached, or leads no more.</exception>
    public async ValueTask<LeaderStart> StartAsync(
        TopicIdPartition partition, int leaderEpoch, CancellationToken cancellation)
    {
        var start = await OffsetAsync(partition, leaderEpoch, EarliestTimestamp, cancellation);
        var local = await OffsetAsync(partition, leaderEpoch, EarliestLocalTimestamp, cancellation);
        // The offset before may be of an epoch before.
        var before = local.Epoch > 0 ? await EndOfAsync(partition, leaderEpoch, local.Epoch - 1, cancellation) : (-1, -1);
        return new LeaderStart(start.Offset, local.Offset, before.EndOffset >= local.Offset ? before.Epoch : local.Epoch);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _connection?.Dispose();

    private async ValueTask<(int Epoch, long EndOffset)> EndOfAsync(
        TopicIdPartition partition, int leaderEpoch, int epoch, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        var response = await connection.SendAsync(new OffsetForLeaderEpochRequest
        {
            ReplicaId = options.BrokerId,
            Topics = [new()
            {
                Topic = partition.Topic,
                Partitions = [new()
                {
                    Partition = partition.Partition,
                    CurrentLeaderEpoch = leaderEpoch,
                    LeaderEpoch = epoch,
                }],
            }],
        }, default, cancellation);
        var found = response.Topics[0].Partitions[0];
        KafkaException.ThrowIfError(found.ErrorCode, $"asking broker {BrokerId} for epoch {epoch} of {partition}");
        return (found.LeaderEpoch, found.EndOffset);
    }

    private async ValueTask<(long Offset, int Epoch)> OffsetAsync(
        TopicIdPartition partition, int leaderEpoch, long timestamp, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        var response = await connection.SendAsync(new ListOffsetsRequest
        {
            ReplicaId = options.BrokerId,
            Topics = [new()
            {
                Name = partition.Topic,
                Partitions = [new()
                {
                    PartitionIndex = partition.Partition,
                    CurrentLeaderEpoch = leaderEpoch,
                    Timestamp = timestamp,
                }],
            }],
        }, default, cancellation);
        var found = response.Topics[0].Partitions[0];
        KafkaException.ThrowIfError(found.ErrorCode, $"asking broker {BrokerId} for the range of {partition}");
        return (found.Offset, found.LeaderEpoch);
    }

    private async ValueTask<BrokerConnection> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is { IsOpen: true } open)
            return open;
        _connection?.Dispose();
        var endpoint = options.EndpointOf(BrokerId)
            ?? throw new KafkaException(ErrorCode.BrokerNotAvailable, $"broker {BrokerId} is not registered");
        return _connection = await BrokerConnection.ConnectAsync(endpoint, options.Client, cancellation);
    }
}
