using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;

namespace Platform.Chaos.Workloads;

/// <summary>A client that works until it is told to stop. Whatever it meets on the way is part of the history; only what
/// no client may meet ends it.</summary>
public abstract class Workload(string name, ChaosCluster cluster, Recorder recorder)
{
    private int _incarnations;

    /// <summary>Who it is.</summary>
    protected string Name => name;

    /// <summary>Whom it works with.</summary>
    protected ChaosCluster Cluster => cluster;

    /// <summary>Where it tells what it saw.</summary>
    protected Recorder Recorder => recorder;

    /// <summary>Works until <paramref name="stop"/>; then finishes what is under way.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WorkAsync($"{name}.{_incarnations++}", stop);
            }
            catch (Exception error) when (error is KafkaException or OperationCanceledException)
            {
                // Kafka's way: close and begin anew.
                recorder.Count(error is KafkaException kafka ? $"{name}: {kafka.Code}" : $"{name}: given up");
                await Task.Delay(100, CancellationToken.None);
            }
            catch (Exception error)
            {
                recorder.Add(new Failure(name, error.ToString()));
                await Task.Delay(500, CancellationToken.None);
            }
        }
    }

    /// <summary>Works with new clients, as <paramref name="incarnation"/>.</summary>
    protected abstract Task WorkAsync(string incarnation, CancellationToken stop);
}
