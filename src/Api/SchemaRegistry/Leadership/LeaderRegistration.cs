using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>Registers schemas for the REST proxy of this process, wherever the leader is.</summary>
internal sealed class LeaderRegistration(
    SchemaRegistry registry, RegistryWriter writer, LeaderRouter router, LeaderClient leader)
{
    /// <summary>Finds a schema in its subject, or adds it there.</summary>
    public async ValueTask<StoredSchema> RegisterAsync(
        string subject, RegisterSchemaRequest request, CancellationToken cancellation)
    {
        try
        {
            return await writer.RegisterAsync(subject, request, default, cancellation);
        }
        catch (NotLeaderException)
        {
            return await router.RunAsync(
                async () => await writer.RegisterAsync(subject, request, default, cancellation),
                async (to, token) =>
                {
                    var answer = await leader.RegisterAsync(to, subject, request, token);
                    return (answer, answer.IsNoLeader ? null! : ToSchema(subject, answer));
                }, mayRepeat: true, cancellation);
        }
    }

    private StoredSchema ToSchema(string subject, ForwardedAnswer answer)
    {
        if (answer.Status != StatusCodes.Status200OK)
        {
            var error = JsonSerializer.Deserialize(answer.Body, ErrorJson.Default.ErrorResponse);
            throw new ProblemException(error?.ErrorCode ?? 50003, error?.Message ?? "The leader gave no answer.");
        }
        var registered = JsonSerializer.Deserialize(answer.Body, RegistryJson.Relaxed.RegisterSchemaResponse)!;
        return registry.Store.Find(subject, registered.Version) ?? new StoredSchema(subject, registered.Version,
            registered.Id, registered.Guid, registered.SchemaType, registered.Schema, registered.References ?? [],
            Deleted: false, registered.Ts) { Metadata = registered.Metadata, Rules = registered.RuleSet };
    }
}
