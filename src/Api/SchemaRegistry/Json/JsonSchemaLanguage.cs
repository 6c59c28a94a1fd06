using System.Text;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>JSON Schema, draft 4 to 2020-12. Stored compact, with its members in the order in which they came.</summary>
internal sealed class JsonSchemaLanguage : ISchemaLanguage
{
    /// <summary>How deep the JSON of a schema may nest.</summary>
    public const int MaxJsonDepth = 256;

    private static readonly JsonDocumentOptions Strict =
        new() { MaxDepth = MaxJsonDepth, AllowDuplicateProperties = false };

    private static readonly JsonDocumentOptions Tolerant = new() { MaxDepth = MaxJsonDepth };

    public ReadSchema Read(string text, IReadOnlyList<ResolvedReference> references, ParseOptions options)
    {
        try
        {
            var root = JsonElement.Parse(text, options.IsNew ? Strict : Tolerant);
            var resources = new JsonSchemaResources(root, references.Select(
                reference => (reference.Name, JsonElement.Parse(reference.Schema.Text, Tolerant))));
            var schema = new JsonSchema(JsonSchemaLoader.Load(resources), resources);
            return new ReadSchema(schema, Print(root, options.Normalize));
        }
        catch (JsonException error)
        {
            throw new SchemaParseException($"not JSON: {error.Message}");
        }
    }

    public string? Print(ISchemaModel model, string format) => null;

    private static string Print(JsonElement root, bool normalize)
    {
        var text = new StringBuilder();
        if (normalize)
            JsonText.AppendSorted(text, root);
        else
            JsonText.AppendValue(text, root);
        return text.ToString();
    }
}
