using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Dashboard.Diagnosis;
using Platform.Dashboard.Hosting;

namespace Platform.Dashboard.Monitoring;

/// <summary>
/// The one sampler of the process: asks the cluster once a second and publishes what it found. Pages and charts read
/// what is published and never ask themselves, so the cluster's work does not grow with the number of viewers.
/// </summary>
internal sealed class ClusterMonitor(IClusterSource source, DashboardOptions options, ILogger<ClusterMonitor> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A round that takes longer has failed; a cluster that is away must not be shown as healthy.</summary>
    private static readonly TimeSpan RoundTimeout = TimeSpan.FromSeconds(5);

    private ImmutableList<Action> _listeners = [];
    private SampleState _state = SampleState.Empty;
    private long _round;

    /// <summary>The latest view; replaced, never changed.</summary>
    public ClusterView Current { get; private set; } = new(null, Verdict.Waiting, [], null);

    /// <summary>The curves of the last minutes.</summary>
    public ChartHistory History { get; } = new();

    /// <summary>Milliseconds since the snapshot was taken; null when there is none.</summary>
    public long? AgeMs => Current.Snapshot is { } snapshot ? Math.Max(0, NowMs - snapshot.TakenAtMs) : null;

    /// <summary>Milliseconds since 1970.</summary>
    public long NowMs => options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Calls <paramref name="listener"/> after each round, on the sampler's thread, until disposed.</summary>
    public IDisposable OnRound(Action listener)
    {
        ImmutableInterlocked.Update(ref _listeners, static (all, added) => all.Add(added), listener);
        return new Subscription(() =>
            ImmutableInterlocked.Update(ref _listeners, static (all, gone) => all.Remove(gone), listener));
    }

    /// <summary>Asks once and publishes.</summary>
    public async Task SampleAsync(CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(RoundTimeout);
        try
        {
            var facts = await source.SampleAsync(_round++, _state.Snapshot, limited.Token);
            Publish(facts);
        }
        catch (KafkaException failure)
        {
            PublishTrouble($"The cluster cannot be reached: {failure.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            PublishTrouble($"The cluster does not answer within {RoundTimeout.TotalSeconds:0} seconds.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // An answer that cannot be understood must not end the sampler: the next one may be better.
            logger.RoundFailed(failure, _round);
            PublishTrouble($"The cluster's answer cannot be read. The dashboard's log says why, in round {_round}.");
        }
        foreach (var listener in _listeners)
            listener();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, options.TimeProvider);
        try
        {
            do
                await SampleAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;                                     // the dashboard stops; the host would take it for a failure
        }
    }

    private void Publish(ClusterFacts facts)
    {
        _state = SnapshotBuilder.Next(_state, facts, NowMs);
        var snapshot = _state.Snapshot!;
        var findings = HealthRules.Evaluate(snapshot, Current.Findings);
        History.Add(snapshot);
        Current = new ClusterView(snapshot, Verdict.From(snapshot, findings), findings, null);
    }

    private void PublishTrouble(string trouble) =>
        Current = Current with { Trouble = trouble, Verdict = Verdict.Unreachable(trouble, options.BootstrapServers) };

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
