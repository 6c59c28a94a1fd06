using Microsoft.Extensions.Logging;
using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>What the active controller does of itself now and then: it fences brokers that fell silent, and gives
/// leadership back to preferred replicas. Confined to the quorum's thread.</summary>
internal sealed class ControllerUpkeep(BrokerHeartbeatTracker heartbeats, BrokerConfig config, ILogger logger)
{
    /// <summary>Most elections of one pass; when there are more to do, the next pass follows soon.</summary>
    internal const int MaxElectionsPerPass = 1_000;

    private const int FenceCheckMs = 500;
    private const int NextPassMs = 1_000;
    private const long MsPerSecond = 1_000;
    private long _nextFenceCheckMs;
    private long _nextRebalanceMs;
    private long _lastOffset;
    private long _lastWriteMs;

    /// <summary>This node has become the active controller. The first look for leaders comes after a whole interval, when
    /// brokers that start with it are there.</summary>
    public void Activate(long nowMs) => _nextRebalanceMs = nowMs + RebalanceIntervalMs;

    private long RebalanceIntervalMs => config[BrokerConfigs.LeaderImbalanceCheckIntervalSeconds] * MsPerSecond;

    /// <summary>Does what is due.</summary>
    public void Run(ActiveController active, long nowMs)
    {
        if (nowMs >= _nextFenceCheckMs)
        {
            _nextFenceCheckMs = nowMs + FenceCheckMs;
            FenceSilentBrokers(active, nowMs);
        }
        if (nowMs >= _nextRebalanceMs)
            _nextRebalanceMs = nowMs + RebalanceLeaders(active);
        WriteWhenIdle(active, nowMs);
    }

    // Followers that are told of no record cannot tell whether they are behind, or nothing happens.
    private void WriteWhenIdle(ActiveController active, long nowMs)
    {
        var idleMs = config[BrokerConfigs.MetadataMaxIdleIntervalMs];
        if (active.Latest.Offset != _lastOffset)
            (_lastOffset, _lastWriteMs) = (active.Latest.Offset, nowMs);
        else if (idleMs > 0 && nowMs - _lastWriteMs >= idleMs)
            active.Run(new ControllerOperation<bool>(static _ => new([new NoOpRecord()], true)));
    }

    private void FenceSilentBrokers(ActiveController active, long nowMs)
    {
        var silent = heartbeats.Expired(active.Latest.Cluster, nowMs).ToList();
        if (silent.Count == 0)
            return;
        logger.FencingBrokers(string.Join(", ", silent));
        active.Run(new ControllerOperation<IReadOnlyList<int>>(FenceBroker.Expired));
    }

    // Returns the time until the next pass.
    private long RebalanceLeaders(ActiveController active)
    {
        if (!config[BrokerConfigs.AutoLeaderRebalanceEnable])
            return RebalanceIntervalMs;
        var elections = 0;
        active.Run(new ControllerOperation<int>(context =>
        {
            var result = ElectLeaders.Rebalance(context, MaxElectionsPerPass);
            elections = result.Response;
            return result;
        }));
        if (elections > 0)
            logger.LeadersRebalanced(elections);
        return elections < MaxElectionsPerPass ? RebalanceIntervalMs : NextPassMs;
    }
}
