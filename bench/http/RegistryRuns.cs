using System.Diagnostics;
using System.Text.Json;

namespace Platform.Bench.Http;

/// <summary>The schema registry: look-ups, schemas that are known, and one large schema.</summary>
internal static class RegistryRuns
{
    private const int Connections = 8;
    private const int Subjects = 100;
    private const int Fields = 20;
    private const int ManyFields = 2_000;
    private const int Checks = 20;
    private const string Type = "application/vnd.schemaregistry.v1+json";

    public static async Task LookUpsAsync(Setting setting)
    {
        var id = JsonDocument.Parse(await RegisterAsync(setting, "looked-up", Schema("LookedUp", Fields)))
            .RootElement.GetProperty("id").GetInt32();
        var (requests, _) = Rates.Measure(setting.Registry, Connections, setting.Seconds,
            _ => RawHttp.Request("GET", setting.Registry, $"/schemas/ids/{id}", Type, null));
        Table.Row("registry, look-ups by id, 8 connections", $"{requests:F0}/s", "20000");
    }

    public static async Task KnownAsync(Setting setting)
    {
        await KnownAsync(setting, "of 20 fields", "known", i => Body(Schema($"Known{i}", Fields)));
        await KnownAsync(setting, "in JSON Schema", "known-json", i => Body(JsonSchema($"Known{i}", Fields), "JSON"));
        await KnownAsync(setting, "in Protobuf", "known-proto", i => Body(Protobuf($"Known{i}", Fields), "PROTOBUF"));
    }

    private static async Task KnownAsync(Setting setting, string what, string subjects, Func<int, string> body)
    {
        for (var i = 0; i < Subjects; i++)
            await setting.SendAsync(
                HttpMethod.Post, $"http://{setting.Registry}/subjects/{subjects}-{i}/versions", body(i), Type);
        var (requests, _) = Rates.Measure(setting.Registry, Connections, setting.Seconds,
            one => RawHttp.Request("POST", setting.Registry, $"/subjects/{subjects}-{one}/versions", Type, body(one)));
        Table.Row($"registry, register or get of known schemas {what}, 8 connections", $"{requests:F0}/s", "8000");
    }

    public static async Task CompatibilityAsync(Setting setting)
    {
        await RegisterAsync(setting, "large", Schema("Large", ManyFields));
        var times = new List<double>();
        for (var i = 0; i < Checks; i++)
        {
            // Another schema each time: one that was read before would only be looked up.
            var body = Body(Schema("Large", ManyFields + 1 + i));
            var clock = Stopwatch.StartNew();
            await setting.SendAsync(HttpMethod.Post,
                $"http://{setting.Registry}/compatibility/subjects/large/versions/latest", body, Type);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }
        Table.Row("registry, compatibility check of a schema of 2,000 fields", $"{times.Order().ElementAt(Checks / 2):F1} ms", "50");
    }

    private static Task<string> RegisterAsync(Setting setting, string subject, string schema) =>
        setting.SendAsync(HttpMethod.Post, $"http://{setting.Registry}/subjects/{subject}/versions", Body(schema), Type);

    private static string Body(string schema, string type = "AVRO") =>
        $$"""{"schemaType":"{{type}}","schema":{{JsonSerializer.Serialize(schema)}}}""";

    private static string Schema(string name, int fields) =>
        $$"""{"type":"record","name":"{{name}}","fields":[{{string.Join(',', Enumerable.Range(0, fields).Select(
            i => $$"""{"name":"f{{i}}","type":["null","string"],"default":null}"""))}}]}""";

    private static string JsonSchema(string title, int fields)
    {
        var properties = Enumerable.Range(0, fields).Select(i => $$"""
            "f{{i}}":{"type":["null","string"]}
            """);
        return $$"""{"type":"object","title":"{{title}}","properties":{ {{string.Join(',', properties)}} } }""";
    }

    private static string Protobuf(string name, int fields) => $"syntax = \"proto3\";\nmessage {name} {{\n"
        + string.Concat(Enumerable.Range(0, fields).Select(i => $"  optional string f{i} = {i + 1};\n")) + "}\n";
}
