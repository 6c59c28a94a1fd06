using Platform.Api.SchemaRegistry.Leadership;

namespace Platform.Api.SchemaRegistry.Contexts;

/// <summary>Contexts: name spaces of subjects, each with ids of its own.</summary>
internal static class ContextEndpoints
{
    public static RouteGroupBuilder MapContexts(this RouteGroupBuilder registry)
    {
        var contexts = registry.MapGroup("/contexts").WithTags("Contexts (v1)");
        contexts.MapGet("", ListContexts).WithName("listContexts").WithSummary("Names of the contexts")
            .WithDescription("Every path of the registry may begin with /contexts/{name}, and then means that context.");
        contexts.MapDelete("/{context}", DeleteAsync).WithName("deleteContext").RunsAtLeader()
            .WithSummary("Delete an empty context").Produces(StatusCodes.Status204NoContent);
        return registry;
    }

    private static RegistryAnswer<IReadOnlyList<string>> ListContexts(
        SchemaRegistry registry, int? offset, int? limit, string? contextPrefix) =>
        new(Paging.Page(registry.Store.Contexts().Where(
            context => context.StartsWith(contextPrefix ?? "", StringComparison.Ordinal)), offset, limit));

    private static async Task<Hosting.NoContentAnswer> DeleteAsync(
        string context, SchemaRegistry registry, RegistryWriter writer, CancellationToken cancellation)
    {
        var name = context.Trim(':');
        if (name == SubjectNames.DefaultContext || !registry.Store.Contexts().Contains(name))
            throw RegistryProblems.ContextNotFound(context);
        await writer.DeleteContextAsync(name, cancellation);
        return Hosting.NoContentAnswer.Instance;
    }
}
