using Platform.Api.SchemaRegistry.Storage;
using Platform.Client;

namespace Platform.Api.Hosting;

/// <summary>Says whether requests can be served: the cluster answers, and the schemas were read.</summary>
internal sealed class Readiness(ClusterGateway gateway, ISchemaLog schemas)
{
    /// <summary>A probe does not wait longer than this for the cluster.</summary>
    private static readonly TimeSpan ClusterWait = TimeSpan.FromSeconds(2);

    /// <summary>Null when ready, otherwise what is awaited.</summary>
    public async Task<string?> WhyNotReadyAsync(CancellationToken cancellation)
    {
        if (!schemas.Loaded.IsCompletedSuccessfully)
            return "The schemas have not been read from Kafka yet.";
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(ClusterWait);
        try
        {
            await gateway.Admin.DescribeClusterAsync(limited.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"The cluster did not answer within {ClusterWait.TotalSeconds} s.";
        }
        catch (KafkaException error)
        {
            return error.Message;
        }
    }
}
