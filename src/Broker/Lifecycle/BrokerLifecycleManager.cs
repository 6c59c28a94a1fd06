using Microsoft.Extensions.Logging;
using Platform.Broker.Metadata;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Lifecycle;

/// <summary>What a broker tells the controller of itself when it registers.</summary>
internal sealed record BrokerIdentity(
    int BrokerId, string ClusterId, Uuid IncarnationId, string? Rack, IReadOnlyList<EndPoint> EndPoints, IReadOnlyList<Uuid> LogDirs)
{
    /// <summary>Epoch of the run before, when that ended in order; -1 otherwise.</summary>
    public long PreviousBrokerEpoch { get; init; } = -1;

    /// <summary>Directories that take no new replicas, which may change while the broker runs.</summary>
    public Func<IReadOnlyList<Uuid>> CordonedLogDirs { get; init; } = () => [];

    /// <summary>Directories that have failed since the start.</summary>
    public Func<IReadOnlyList<Uuid>> OfflineLogDirs { get; init; } = () => [];

    /// <summary>log.dir.failure.timeout.ms, and what is done when the controller has not heard of a failed directory by
    /// then: others would wait for a leader that cannot write.</summary>
    public (TimeSpan Limit, Action<Exception> GiveUp) LogDirFailure { get; init; } =
        (Timeout.InfiniteTimeSpan, static _ => { });
}

/// <summary>Keeps this broker registered: registers, asks to be unfenced, sends heartbeats, and at the end asks to go.</summary>
internal sealed class BrokerLifecycleManager(
    BrokerIdentity identity, IControllerChannel controller, MetadataCache metadata, TimeSpan heartbeatInterval, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    internal static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stopping = new();
    private readonly OfflineDirectoryReport _offline = new(identity, time);
    private Task _heartbeats = Task.CompletedTask;
    private TaskCompletionSource _urgent = NewSignal();

    /// <summary>Epoch of the registration; -1 before it.</summary>
    public long BrokerEpoch { get; private set; } = -1;

    /// <summary>True when the controller lets this broker serve.</summary>
    public bool IsUnfenced { get; private set; }

    /// <summary>Registers and returns when the broker is unfenced; heartbeats go on in the background.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        logger.Registering(identity.BrokerId);
        BrokerEpoch = await RegisterAsync(cancellation);
        logger.Registered(identity.BrokerId, BrokerEpoch);
        while (!await BeatAsync(cancellation))
            await Task.Delay(RetryDelay, time, cancellation);
        logger.Unfenced(identity.BrokerId);
        _heartbeats = BeatForeverAsync();
    }

    /// <summary>Asks the controller to move leaderships away, and waits until it has and the other brokers know, as long
    /// as there is a quorum to ask; at most <see cref="ShutdownLimit"/>.</summary>
    public async Task StopAsync()
    {
        await StopBeatingAsync();
        if (BrokerEpoch < 0)
            return;
        using var limit = new CancellationTokenSource(ShutdownLimit, time);
        try
        {
            while (!await MayGoAsync(limit.Token))
                await Task.Delay(RetryDelay, time, limit.Token);
        }
        catch (OperationCanceledException)
        {
            logger.LeavingUnheard(identity.BrokerId, ShutdownLimit.TotalSeconds);
        }
    }

    /// <summary>A log directory went offline: the controller hears of it at once. From any thread; returns at once.</summary>
    public void OnLogDirectoryFailed()
    {
        _offline.Expect();
        Volatile.Read(ref _urgent).TrySetResult();
    }

    /// <summary>Ends the heartbeats without a word.</summary>
    public async Task StopBeatingAsync()
    {
        await _stopping.CancelAsync();
        _offline.Dispose();
        await _heartbeats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<long> RegisterAsync(CancellationToken cancellation)
    {
        var (request, isTold) = (Registration(), false);
        while (true)
        {
            var response = await TrySendAsync(request, cancellation);
            if (response is { ErrorCode: ErrorCode.None })
                return response.BrokerEpoch;
            if (response is { ErrorCode: not (ErrorCode.NotController or ErrorCode.DuplicateBrokerRegistration) })
                throw new Hosting.BrokerStartException(
                    $"the controller refuses broker {identity.BrokerId}: {response.ErrorCode.Describe()} ({response.ErrorCode.KafkaName()})");
            if (response is { ErrorCode: ErrorCode.DuplicateBrokerRegistration } && !isTold)
            {
                logger.DuplicateId(identity.BrokerId);
                isTold = true;
            }
            await Task.Delay(RetryDelay, time, cancellation);
        }
    }

    private BrokerRegistrationRequest Registration() => new()
    {
        BrokerId = identity.BrokerId,
        ClusterId = identity.ClusterId,
        IncarnationId = identity.IncarnationId,
        Rack = identity.Rack,
        LogDirs = [.. identity.LogDirs],
        PreviousBrokerEpoch = identity.PreviousBrokerEpoch,
        Listeners = [.. identity.EndPoints.Select(e => new BrokerRegistrationRequest.Listener
        {
            Name = e.ListenerName,
            Host = e.Host,
            Port = (ushort)e.Port,
            SecurityProtocol = (short)e.SecurityProtocol,
        })],
        Features = [.. metadata.SupportedFeatures.Select(f => new BrokerRegistrationRequest.Feature
        {
            Name = f.Name,
            MinSupportedVersion = f.MinVersion,
            MaxSupportedVersion = f.MaxVersion,
        })],
    };

    // True when the broker is unfenced.
    private async Task<bool> BeatAsync(CancellationToken cancellation)
    {
        var response = await SendBeatAsync(wantShutDown: false, cancellation);
        return IsUnfenced = response is { ErrorCode: ErrorCode.None, IsFenced: false };
    }

    // A controller that does not know this broker any more has nothing to move.
    private async Task<bool> MayGoAsync(CancellationToken cancellation)
    {
        var response = await SendBeatAsync(wantShutDown: true, cancellation);
        return response is { ShouldShutDown: true } or { ErrorCode: ErrorCode.StaleBrokerEpoch or ErrorCode.BrokerIdNotRegistered };
    }

    private async Task<BrokerHeartbeatResponse?> SendBeatAsync(bool wantShutDown, CancellationToken cancellation)
    {
        var offline = identity.OfflineLogDirs();
        var response = await TrySendAsync(new BrokerHeartbeatRequest
        {
            BrokerId = identity.BrokerId,
            BrokerEpoch = BrokerEpoch,
            CurrentMetadataOffset = metadata.Image.Offset,
            WantFence = false,
            WantShutDown = wantShutDown,
            CordonedLogDirs = [.. identity.CordonedLogDirs()],
            OfflineLogDirs = [.. offline],
        }, cancellation);
        if (response is { ErrorCode: ErrorCode.None })
            _offline.OnHeard(offline);
        if (response is { ErrorCode: not ErrorCode.None })
            logger.HeartbeatFailed(identity.BrokerId, response.ErrorCode.Describe());
        return response;
    }

    private async Task BeatForeverAsync()
    {
        using var timer = new PeriodicTimer(heartbeatInterval, time);
        var tick = timer.WaitForNextTickAsync(_stopping.Token).AsTask();
        while (true)
        {
            if (await Task.WhenAny(tick, Volatile.Read(ref _urgent).Task) == tick)
            {
                await tick;
                tick = timer.WaitForNextTickAsync(_stopping.Token).AsTask();
            }
            else
            {
                Volatile.Write(ref _urgent, NewSignal());
            }
            await TryBeatAsync();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Whatever a controller answers, a broker that stops beating is fenced and nobody knows why.
    private async Task TryBeatAsync()
    {
        try
        {
            await BeatAsync(_stopping.Token);
        }
        catch (Client.KafkaException error)
        {
            logger.HeartbeatFailed(identity.BrokerId, error.Message);
        }
    }

    private async Task<TResponse?> TrySendAsync<TResponse>(IRequest<TResponse> request, CancellationToken cancellation)
        where TResponse : class, IResponse, new()
    {
        try
        {
            return await controller.SendAsync(request, cancellation: cancellation);
        }
        catch (Client.KafkaException error) when (error.IsRetriable)
        {
            logger.HeartbeatFailed(identity.BrokerId, error.Message);
            return null;
        }
    }
}
