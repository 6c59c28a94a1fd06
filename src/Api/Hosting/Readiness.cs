using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.Hosting;

/// <summary>Says whether requests can be served.</summary>
internal sealed class Readiness(ISchemaLog schemas)
{
    /// <summary>Null when ready, otherwise what is awaited.</summary>
    public Task<string?> WhyNotReadyAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(schemas.Loaded.IsCompletedSuccessfully ? null : "The schemas are being read from Kafka.");
    }
}
