using Platform.Protocol;

namespace Platform.Client.Consuming;

/// <summary>What heartbeats found out.</summary>
internal enum MembershipVerdict
{
    /// <summary>Nothing new.</summary>
    Fine,
    /// <summary>The group rebalances: join again, keeping what is owned until then.</summary>
    Rejoin,
    /// <summary>The coordinator has dropped the member: its partitions may have new owners.</summary>
    Lost,
    /// <summary>Another instance has taken the member's static id.</summary>
    Fenced,
}

/// <summary>Sends heartbeats in the background, from joining a generation to its end.</summary>
internal sealed class Heartbeats(ConsumerOptions options, GroupMember member, Action onVerdict) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private long _lastPollMs = options.NowMs;
    private int _verdict;

    /// <summary>The worst that was found out so far.</summary>
    public MembershipVerdict Verdict => (MembershipVerdict)Volatile.Read(ref _verdict);

    /// <summary>The application polled.</summary>
    public void OnPoll() => Volatile.Write(ref _lastPollMs, options.NowMs);

    public void Start() => _ = RunAsync();

    private async Task RunAsync()
    {
        var lastSuccessMs = options.NowMs;
        var interval = TimeSpan.FromMilliseconds(options.HeartbeatIntervalMs);
        try
        {
            while (Verdict is MembershipVerdict.Fine or MembershipVerdict.Rejoin)
            {
                await Task.Delay(interval, options.TimeProvider, _stop.Token);
                if (options.NowMs - Volatile.Read(ref _lastPollMs) > options.MaxPollIntervalMs)
                    await LeaveForSilenceAsync();
                else if (await TryBeatAsync())
                    lastSuccessMs = options.NowMs;
                else if (options.NowMs - lastSuccessMs > options.SessionTimeoutMs)
                    Conclude(MembershipVerdict.Lost);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Conclude(Verdict);
        }
    }

    private async Task<bool> TryBeatAsync()
    {
        try
        {
            return Interpret(await member.HeartbeatAsync(_stop.Token));
        }
        catch (KafkaException)
        {
            // Until the session times out the coordinator may come back, or another broker take over.
            member.ForgetCoordinator();
            return false;
        }
    }

    private bool Interpret(ErrorCode error)
    {
        switch (error)
        {
            case ErrorCode.None:
                return true;
            case ErrorCode.RebalanceInProgress:
                Conclude(MembershipVerdict.Rejoin);
                return true;
            case ErrorCode.UnknownMemberId:
            case ErrorCode.IllegalGeneration:
                member.Reset(keepMemberId: error == ErrorCode.IllegalGeneration);
                Conclude(MembershipVerdict.Lost);
                return false;
            case ErrorCode.FencedInstanceId:
                Conclude(MembershipVerdict.Fenced);
                return false;
            default:
                member.ForgetCoordinator();
                return false;
        }
    }

    private async Task LeaveForSilenceAsync()
    {
        Conclude(MembershipVerdict.Lost);
        try
        {
            await member.LeaveAsync("the application did not poll within max.poll.interval.ms",
                GroupMembershipOperation.Default, _stop.Token);
        }
        catch (KafkaException)
        {
            // The coordinator finds out by itself when the session times out.
            member.ForgetCoordinator();
        }
    }

    private void Conclude(MembershipVerdict verdict)
    {
        if ((int)verdict <= Volatile.Read(ref _verdict))
            return;
        Volatile.Write(ref _verdict, (int)verdict);
        onVerdict();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
