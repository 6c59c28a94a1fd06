using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>
/// Runs a plan on a cluster. What it has begun lives in the cluster's metadata, so that a run may be stopped at any time:
/// a new plan begins with where things are by then.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="settings">How gently.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="report">Told after every look at the cluster.</param>
public sealed class RebalanceRunner(
    IRebalanceCluster cluster, RebalanceRunSettings settings, TimeProvider time, Action<RebalanceProgress> report)
{
    /// <summary>Runs the plan to its end. When it is cancelled the moves under way go on, at the throttle.</summary>
    /// <returns>How it ended.</returns>
    public async Task<RebalanceProgress> RunAsync(RebalancePlan plan, CancellationToken cancellation = default)
    {
        var run = new RebalanceRun(plan, settings);
        run.Throttle.Observe(await cluster.HealthAsync(cancellation));
        await cluster.ThrottleAsync(plan.Moves, run.Throttle.BytesPerSecond, cancellation);
        while (true)
        {
            var step = await StepAsync(run, cancellation);
            report(run.Progress);
            if (step.IsDone)
                break;
            // What was only put into another order is done by now: look at once.
            if (!step.Begin.Any(move => move.IsLeaderOnly))
                await Task.Delay(settings.Interval, time, cancellation);
            if (run.Throttle.Observe(await cluster.HealthAsync(cancellation)))
                await cluster.ThrottleAsync([], run.Throttle.BytesPerSecond, cancellation);
        }
        await cluster.UnthrottleAsync(cancellation);
        return run.Progress;
    }

    private async Task<RebalanceStep> StepAsync(RebalanceRun run, CancellationToken cancellation)
    {
        var underWay = await cluster.UnderWayAsync(cancellation);
        var step = run.Next([.. underWay.Select(move => move.Partition)]);
        if (step.Begin.Count > 0)
            foreach (var refused in (await cluster.BeginAsync(step.Begin, cancellation))
                .Where(result => result.Error != ErrorCode.None))
                run.Failed(refused.Item, refused.ErrorMessage ?? refused.Error.Describe());
        if (step.Elect.Count > 0)
            await cluster.ElectPreferredAsync(step.Elect, cancellation);
        return step;
    }
}
