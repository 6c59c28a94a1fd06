using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Lifecycle;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Client;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Lifecycle;

/// <summary>What a broker tells the controller of the places of its replicas (KIP-858).</summary>
public sealed class AssignmentsManagerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Uuid Topic = new(1, 1);
    private static readonly Uuid First = new(6, 1);
    private static readonly Uuid Second = new(6, 2);

    private readonly HeldController _controller = new();
    private readonly AssignmentsManager _manager;

    public AssignmentsManagerTests() => _manager = new AssignmentsManager(
        1, () => 11, _controller, TimeProvider.System, NullLogger.Instance);

    public ValueTask DisposeAsync() => _manager.DisposeAsync();

    [Fact]
    public async Task What_gathers_while_a_request_is_under_way_goes_into_the_next_by_directory_and_the_newest_counts()
    {
        _manager.OnAssignment(Id(0), First);
        var (first, answer) = await _controller.NextAsync();
        _manager.OnAssignment(Id(1), First);
        _manager.OnAssignment(Id(2), First);
        _manager.OnAssignment(Id(2), Second);
        _manager.OnAssignment(Id(3), Second);
        _manager.Forget(Id(3));

        answer.SetResult(new());
        var (second, _) = await _controller.NextAsync();

        Assert.Equal((1, 11L), (first.BrokerId, first.BrokerEpoch));
        Assert.Equal([(First, 0)], Told(first));
        Assert.Equal([(First, 1), (Second, 2)], Told(second));
    }

    [Fact]
    public async Task What_nobody_heard_is_told_again_unless_something_newer_is_known()
    {
        _manager.OnAssignment(Id(0), First);
        _manager.OnAssignment(Id(1), First);
        var (_, unanswered) = await _controller.NextAsync();
        _manager.OnAssignment(Id(1), Second);

        unanswered.SetException(new KafkaException(ErrorCode.RequestTimedOut));
        var (_, refused) = await _controller.NextAsync();
        refused.SetResult(new() { ErrorCode = ErrorCode.StaleBrokerEpoch });
        var (again, _) = await _controller.NextAsync();

        Assert.Equal([(First, 0), (Second, 1)], Told(again).Order());
    }

    [Fact]
    public async Task A_request_holds_a_bounded_number()
    {
        _manager.OnAssignment(Id(0), First);
        var (_, answer) = await _controller.NextAsync();
        for (var i = 1; i <= AssignmentsManager.MaxAssignmentsPerRequest + 5; i++)
            _manager.OnAssignment(Id(i), First);

        answer.SetResult(new());
        var (full, next) = await _controller.NextAsync();
        next.SetResult(new());
        var (rest, _) = await _controller.NextAsync();

        Assert.Equal(AssignmentsManager.MaxAssignmentsPerRequest, Told(full).Count());
        Assert.Equal(5, Told(rest).Count());
    }

    private static TopicIdPartition Id(int partition) => new(Topic, new TopicPartition("t", partition));

    private static IEnumerable<(Uuid, int)> Told(AssignReplicasToDirsRequest request) =>
        from directory in request.Directories
        from topic in directory.Topics
        from partition in topic.Partitions
        select (directory.Id, partition.PartitionIndex);

    private sealed class HeldController : IControllerChannel
    {
        private readonly Channel<(AssignReplicasToDirsRequest, TaskCompletionSource<AssignReplicasToDirsResponse>)> _requests =
            Channel.CreateUnbounded<(AssignReplicasToDirsRequest, TaskCompletionSource<AssignReplicasToDirsResponse>)>();

        public async ValueTask<TResponse> SendAsync<TResponse>(
            IRequest<TResponse> request, RequestContext? client = null, CancellationToken cancellation = default)
            where TResponse : class, IResponse, new()
        {
            var answer = new TaskCompletionSource<AssignReplicasToDirsResponse>(
                TaskCreationOptions.RunContinuationsAsynchronously);
            _requests.Writer.TryWrite(((AssignReplicasToDirsRequest)(object)request, answer));
            return (TResponse)(object)await answer.Task.WaitAsync(cancellation);
        }

        public async Task<(AssignReplicasToDirsRequest, TaskCompletionSource<AssignReplicasToDirsResponse>)> NextAsync() =>
            await _requests.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }
}
