using System.Text.Json;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>A JSON schema: as nodes for comparing, and as JSON for checking data.</summary>
internal sealed class JsonSchema(JsonSchemaNode root, JsonSchemaResources resources) : ISchemaModel
{
    public string SchemaType => SchemaTypes.Json;

    public JsonSchemaNode Root { get; } = root;

    public JsonSchemaResources Resources { get; } = resources;

    public JsonElement Json => Resources.Root.Element;

    public IReadOnlyList<IIncompatibility> ProblemsReading(ISchemaModel writer, CompatibilityPolicy policy) =>
        [.. JsonComparison.Compare(((JsonSchema)writer).Root, Root).Where(one => !one.IsCompatible(policy))];
}
