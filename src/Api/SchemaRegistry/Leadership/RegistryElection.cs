using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Platform.Api.Hosting;
using Platform.Client;
using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>
/// Keeps this registry in the group that elects the leader. Only liveness depends on it: whoever believes to lead must
/// fence the log before it writes (<see cref="Storage.FencedLogWriter"/>), so two leaders cannot both write.
/// </summary>
internal sealed class RegistryElection(
    ApiOptions options, ClusterGateway gateway, RegistryLeadership leadership, OwnAddress address,
    ILogger<RegistryElection> logger) : BackgroundService
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _removing = new(1, 1);
    private readonly KafkaCluster _cluster = new(gateway.Options with { ClientId = "platform-api-election" });
    private RegistryGroup? _group;
    private TaskCompletionSource _rejoin = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RegistryGroup Group => _group ??= new RegistryGroup(_cluster, options.RegistryGroupId);

    /// <summary>
    /// There is something to lead for. Until then the group is left alone, so that a cluster without schemas gets no
    /// group and no topic for its offsets.
    /// </summary>
    public void Want() => _wanted.TrySetResult();

    /// <summary>What is known of the leader turned out wrong: asks the group again.</summary>
    public void Doubt()
    {
        leadership.Set(null, isLeader: false);
        Rejoin();
    }

    /// <summary>
    /// The leader's port refused a connection: when it does so again the leader is removed from the group, so that the
    /// others need not wait for its session to end.
    /// </summary>
    public async Task SuspectAsync(RegistryIdentity leader, CancellationToken cancellation)
    {
        await _removing.WaitAsync(cancellation);
        try
        {
            if (leadership.Leader?.Url != leader.Url || !await IsGoneAsync(leader, cancellation))
                return;
            await RemoveAsync(member => member.Identity.Url == leader.Url, cancellation);
            logger.LeaderRemoved(leader.Url);
            Doubt();
        }
        catch (KafkaException error)
        {
            logger.ElectionFailed(error);
        }
        finally
        {
            _removing.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _removing.Dispose();
        _cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _wanted.Task.WaitAsync(stoppingToken);
            var me = await address.WhenKnownAsync(stoppingToken);
            await PrepareAsync(me, stoppingToken);
            while (true)
                await LiveAsync(me, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync();
        }
    }

    // A group without members has no leader: this registry takes the lead before the coordinator has waited for others
    // (group.initial.rebalance.delay.ms). Members that are gone, such as this process before a crash, are removed.
    private async Task PrepareAsync(RegistryIdentity me, CancellationToken cancellation)
    {
        try
        {
            var gone = new List<string>();
            var members = await Group.MembersAsync(cancellation);
            foreach (var member in members)
            {
                if (member.Identity.Url == me.Url || await IsGoneAsync(member.Identity, cancellation))
                    gone.Add(member.MemberId);
            }
            if (gone.Count > 0)
                await Group.RemoveAsync(gone, "its port is closed", cancellation);
            if (gone.Count == members.Count)
                leadership.Set(me with { IsLeader = true }, isLeader: true);
        }
        catch (KafkaException error)
        {
            logger.ElectionFailed(error);
        }
    }

    private async Task LiveAsync(RegistryIdentity me, CancellationToken cancellation)
    {
        try
        {
            _rejoin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Accept(await Group.JoinAsync(me with { IsLeader = leadership.IsLeader }, cancellation));
            var error = ErrorCode.None;
            while (!_rejoin.Task.IsCompleted
                && (error = await Group.HeartbeatAsync(cancellation)) == ErrorCode.None)
                await Task.WhenAny(_rejoin.Task, Task.Delay(HeartbeatInterval, options.Time, cancellation));
            cancellation.ThrowIfCancellationRequested();
            OnLeft(error);
        }
        catch (KafkaException error)
        {
            OnLeft(error.Code);
            if (error.Code != ErrorCode.RebalanceInProgress)
                logger.ElectionFailed(error);
            await Task.Delay(RetryPause, options.Time, cancellation);
        }
    }

    // A member that was dropped may have a successor by now, and must not claim the lead when it returns.
    private void OnLeft(ErrorCode error)
    {
        if (error is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration)
            leadership.Set(null, isLeader: false);
    }

    private void Accept(RegistryAssignment assignment)
    {
        var isLeader = assignment.LeaderMemberId is not null && assignment.LeaderMemberId == Group.MemberId;
        if (leadership.Leader?.Url != assignment.Leader?.Url)
            logger.LeaderElected(assignment.Leader?.Url ?? "nobody", isLeader);
        leadership.Set(assignment.Leader, isLeader);
    }

    private void Rejoin() => _rejoin.TrySetResult();

    private async Task RemoveAsync(Func<RegistryMember, bool> isMeant, CancellationToken cancellation)
    {
        var gone = (await Group.MembersAsync(cancellation)).Where(isMeant).Select(member => member.MemberId).ToList();
        if (gone.Count > 0)
            await Group.RemoveAsync(gone, "its port is closed", cancellation);
    }

    // Only a refused connection proves that nobody is there; a slow or cut off leader is left to its session timeout.
    private static async Task<bool> IsGoneAsync(RegistryIdentity member, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProbeTimeout);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(member.Host, member.Port, limit.Token);
            return false;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task LeaveAsync()
    {
        leadership.Set(null, isLeader: false);
        if (Group.MemberId.Length == 0)
            return;
        using var limit = new CancellationTokenSource(LeaveTimeout, options.Time);
        try
        {
            await Group.RemoveAsync([Group.MemberId], "the registry stops", limit.Token);
        }
        catch (Exception error) when (error is KafkaException or OperationCanceledException)
        {
            logger.ElectionFailed(error);
        }
    }
}

internal static partial class ElectionLog
{
    [LoggerMessage(LogLevel.Information, "The schema registry at {Leader} leads (this one: {IsSelf})")]
    public static partial void LeaderElected(this ILogger logger, string leader, bool isSelf);

    [LoggerMessage(LogLevel.Warning, "The schema registry at {Leader} refuses connections and was removed from its group")]
    public static partial void LeaderRemoved(this ILogger logger, string leader);

    [LoggerMessage(LogLevel.Warning, "The election of the registry's leader is tried again")]
    public static partial void ElectionFailed(this ILogger logger, Exception error);
}
