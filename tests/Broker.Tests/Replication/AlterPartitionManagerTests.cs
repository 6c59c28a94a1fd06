using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Client;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Replication;

public sealed class AlterPartitionManagerTests : IAsyncDisposable
{
    private readonly HeldController _controller = new();
    private readonly AlterPartitionManager _manager;

    public AlterPartitionManagerTests() => _manager = new AlterPartitionManager(
        1, () => 11, _controller, TimeProvider.System, NullLogger.Instance);

    public ValueTask DisposeAsync() => _manager.DisposeAsync();

    [Fact]
    public async Task One_request_is_under_way_and_what_gathers_meanwhile_goes_into_the_next()
    {
        var answered = Enumerable.Range(0, 3).Select(Submit).ToList();
        var first = await _controller.NextAsync();
        answered.Add(Submit(3));

        first.Answer(ErrorCode.None);
        var second = await _controller.NextAsync();
        second.Answer(ErrorCode.None);

        await Task.WhenAll(answered);
        Assert.Equal((1, 11L), (first.Request.BrokerId, first.Request.BrokerEpoch));
        Assert.Equal([0, 1, 2, 3], Partitions(first).Concat(Partitions(second)).Order());
        Assert.Contains(3, Partitions(second));
    }

    [Fact]
    public async Task A_change_that_nobody_answered_is_asked_for_again()
    {
        var outcome = Submit(0);

        (await _controller.NextAsync()).Fail(new KafkaException(ErrorCode.RequestTimedOut));
        (await _controller.NextAsync()).Answer(ErrorCode.StaleBrokerEpoch);
        (await _controller.NextAsync()).Answer(ErrorCode.None);

        Assert.Equal(ErrorCode.None, (await outcome).Error);
    }

    [Fact]
    public async Task A_change_that_its_partition_no_longer_wants_is_dropped()
    {
        var attempts = 0;
        _manager.Submit(Id(0), Change(), _ => ++attempts == 1 ? IsrOutcome.Retry : IsrOutcome.Obsolete);

        (await _controller.NextAsync()).Fail(new KafkaException(ErrorCode.RequestTimedOut));
        (await _controller.NextAsync()).Fail(new KafkaException(ErrorCode.RequestTimedOut));
        var other = Submit(1);
        var last = await _controller.NextAsync();
        last.Answer(ErrorCode.None);

        await other;
        Assert.Equal([1], Partitions(last));
    }

    private Task<IsrAnswer> Submit(int partition)
    {
        var answered = new TaskCompletionSource<IsrAnswer>();
        _manager.Submit(Id(partition), Change(), answer =>
        {
            if (answer.Error != ErrorCode.None)
                return IsrOutcome.Retry;
            answered.SetResult(answer);
            return IsrOutcome.Committed;
        });
        return answered.Task;
    }

    private static TopicIdPartition Id(int partition) => new(new Uuid(1, 1), new TopicPartition("topic", partition));

    private static IsrChange Change() => new(new CommittedIsr([1]), [new IsrMember(1, 11)], LeaderEpoch: 2, PartitionEpoch: 3);

    private static IEnumerable<int> Partitions(Exchange exchange) =>
        exchange.Request.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.PartitionIndex);

    private sealed record Exchange(AlterPartitionRequest Request, TaskCompletionSource<AlterPartitionResponse> Response)
    {
        public void Answer(ErrorCode topLevel) => Response.SetResult(new AlterPartitionResponse
        {
            ErrorCode = topLevel,
            Topics = [.. Request.Topics.Select(topic => new AlterPartitionResponse.TopicData
            {
                TopicId = topic.TopicId,
                Partitions = topic.Partitions.ConvertAll(asked => new AlterPartitionResponse.PartitionData
                {
                    PartitionIndex = asked.PartitionIndex,
                    Isr = asked.NewIsrWithEpochs.ConvertAll(member => member.BrokerId),
                }),
            })],
        });

        public void Fail(Exception error) => Response.SetException(error);
    }

    private sealed class HeldController : IControllerChannel
    {
        private readonly System.Threading.Channels.Channel<Exchange> _exchanges =
            System.Threading.Channels.Channel.CreateUnbounded<Exchange>();

        public async Task<Exchange> NextAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return await _exchanges.Reader.ReadAsync(limit.Token);
        }

        public async ValueTask<TResponse> SendAsync<TResponse>(
            IRequest<TResponse> request, RequestContext? client = null, CancellationToken cancellation = default)
            where TResponse : class, IResponse, new()
        {
            var exchange = new Exchange((AlterPartitionRequest)(object)request,
                new TaskCompletionSource<AlterPartitionResponse>(TaskCreationOptions.RunContinuationsAsynchronously));
            Assert.True(_exchanges.Writer.TryWrite(exchange));
            return (TResponse)(object)await exchange.Response.Task.WaitAsync(cancellation);
        }
    }
}
