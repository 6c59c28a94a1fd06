using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Live;

/// <summary>Streams chart points at the pace of the sampler. A browser that is slow loses points, not memory.</summary>
internal sealed class ClusterHub(ClusterMonitor monitor) : Hub
{
    private const int MaxSeriesNameLength = 300;

    /// <summary>First all points so far of the named curves, then one frame a second.</summary>
    public async IAsyncEnumerable<ChartFrame> Watch(
        string series, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (series.Length > MaxSeriesNameLength)
            throw new HubException($"The name of the series is longer than {MaxSeriesNameLength} characters.");
        var ticks = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        using var subscription = monitor.OnRound(() => ticks.Writer.TryWrite(true));
        yield return monitor.History.Get(series);
        await foreach (var _ in ticks.Reader.ReadAllAsync(cancellation))
            if (monitor.Current is { IsLive: true, Snapshot: { } snapshot })
                yield return ChartHistory.Latest(snapshot, series);
    }
}
