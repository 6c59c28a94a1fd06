using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Json;
using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.RestProxy.TopicSchemas;

/// <summary>
/// An OpenAPI document whose produce and consume bodies are the registered schemas of each topic, so that a client made
/// of it is typed by topic. A topic is there when its subject {topic}-value has a schema.
/// </summary>
internal sealed class TopicDocument(SchemaRegistry.SchemaRegistry registry)
{
    /// <summary>Topics of one document.</summary>
    public const int MaxTopics = 1_000;

    private readonly JsonObject _schemas = [];
    private readonly JsonObject _paths = [];

    /// <summary>The document.</summary>
    /// <param name="clusterId">Cluster that the topics are in.</param>
    /// <param name="topics">Names of its topics.</param>
    public JsonObject Write(string clusterId, IEnumerable<string> topics)
    {
        foreach (var topic in topics.Where(topic => Latest($"{topic}-value") is not null).Take(MaxTopics))
            Add(clusterId, topic);
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Platform: topics by their schemas", ["version"] = "1.0.0" },
            ["paths"] = _paths,
            ["components"] = new JsonObject { ["schemas"] = _schemas },
        };
    }

    private void Add(string clusterId, string topic)
    {
        var name = SchemaComponents.Identifier(topic);
        var value = Part(topic, "value", name);
        var key = Part(topic, "key", name);
        var properties = new JsonObject { ["partition_id"] = new JsonObject { ["type"] = "integer" } };
        if (key is not null)
            properties["key"] = Data(key);
        properties["value"] = Data(value!);
        _schemas[$"{name}Record"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = key is null ? new JsonArray("value") : new JsonArray("key", "value"),
        };
        var path = $"/v3/clusters/{Uri.EscapeDataString(clusterId)}/topics/{Uri.EscapeDataString(topic)}/records";
        _paths[path] = new JsonObject { ["post"] = Produce(topic, name), ["get"] = Consume(topic, name) };
    }

    private static JsonObject Data(JsonNode schema) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["data"] = schema.DeepClone() },
        ["required"] = new JsonArray("data"),
    };

    private static JsonObject Produce(string topic, string name) => new()
    {
        ["operationId"] = $"produce{name}",
        ["summary"] = $"Produce a record to {topic} with the latest schema of its subjects",
        ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(Reference($"{name}Record")) },
        ["responses"] = Answer(new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["error_code"] = new JsonObject { ["type"] = "integer" },
                ["partition_id"] = new JsonObject { ["type"] = "integer" },
                ["offset"] = new JsonObject { ["type"] = "integer", ["format"] = "int64" },
            },
            ["required"] = new JsonArray("error_code"),
        }),
    };

    private static JsonObject Consume(string topic, string name) => new()
    {
        ["operationId"] = $"consume{name}",
        ["summary"] = $"Read records of {topic} without a group",
        ["parameters"] = new JsonArray(Query("offset", "string"), Query("position", "string"),
            Query("max_records", "integer"), Query("wait_ms", "integer")),
        ["responses"] = Answer(new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["position"] = new JsonObject { ["type"] = "string" },
                ["data"] = new JsonObject { ["type"] = "array", ["items"] = Reference($"{name}Record") },
            },
            ["required"] = new JsonArray("position", "data"),
        }),
    };

    private static JsonObject Query(string name, string type) => new()
    {
        ["name"] = name,
        ["in"] = "query",
        ["schema"] = new JsonObject { ["type"] = type },
    };

    private static JsonObject Answer(JsonObject schema) => new()
    {
        ["200"] = new JsonObject { ["description"] = "OK", ["content"] = Json(schema) },
    };

    private static JsonObject Json(JsonNode schema) =>
        new() { [MediaTypes.Json] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private StoredSchema? Latest(string subject) =>
        registry.Store.Versions(registry.Resolve(subject), Visibility.Live).LastOrDefault();

    private JsonNode? Part(string topic, string part, string name)
    {
        if (Latest($"{topic}-{part}") is not { } schema)
            return null;
        var components = new SchemaComponents(_schemas, name + SchemaComponents.Identifier(part));
        return registry.Parser.ParseStored(schema).Model switch
        {
            AvroModel avro => AvroAsJsonSchema.Write(avro.Root, components),
            ProtoSchema { FirstMessage: { } message } proto => ProtobufAsJsonSchema.Write(proto, message, components),
            JsonSchema => components.Reference("Json", () => Embedded(schema.Text, name, part)),
            _ => new JsonObject(),
        };
    }

    // References of a schema to its own parts begin at its root, which is not that of the document any more.
    private static JsonNode Embedded(string text, string name, string part)
    {
        var schema = JsonNode.Parse(text)!;
        Rebase(schema, $"#/components/schemas/{name}{SchemaComponents.Identifier(part)}Json");
        if (schema is JsonObject root)
        {
            root.Remove("$schema");
            root.Remove("$id");
        }
        return schema;
    }

    private static void Rebase(JsonNode? node, string root)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["$ref"] is JsonValue value && value.GetValueKind() == JsonValueKind.String
                    && value.GetValue<string>() is ['#', ..] own)
                    members["$ref"] = root + own[1..];
                foreach (var (_, member) in members.ToList())
                    Rebase(member, root);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Rebase(item, root);
                break;
        }
    }
}
