using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Tests.Browser;

/// <summary>A fake cluster to which a producer writes five hundred messages between two rounds.</summary>
internal sealed class MovingCluster(FakeCluster cluster, string topic) : IClusterSource
{
    private long _end;

    public Task<ClusterFacts> SampleAsync(long round, ClusterSnapshot? previous, CancellationToken cancellation)
    {
        _end += 500;
        cluster.At(topic, 0, start: 0, end: _end);
        return cluster.SampleAsync(round, previous, cancellation);
    }
}
