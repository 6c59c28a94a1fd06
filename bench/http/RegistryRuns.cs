using System.Diagnostics;
using System.Text.Json;

namespace Platform.Bench.Http;

/// <summary>The schema registry: look-ups, schemas that are known, and one large schema.</summary>
internal static class RegistryRuns
{
    private const int Connections = 8;
    private const int Subjects = 100;
    private const int ManyFields = 2_000;
    private const int Checks = 20;
    private const string Type = "application/vnd.schemaregistry.v1+json";

    public static async Task LookUpsAsync(Setting setting)
    {
        var id = JsonDocument.Parse(await RegisterAsync(setting, "looked-up", Schema("LookedUp", 20)))
            .RootElement.GetProperty("id").GetInt32();
        var (requests, _, _) = await Rates.MeasureAsync(setting.Registry, Connections, setting.Seconds,
            _ => RawHttp.Request("GET", setting.Registry, $"/schemas/ids/{id}", Type, null));
        Table.Row("registry, look-ups by id, 8 connections", $"{requests:F0}/s", "20000");
    }

    public static async Task KnownAsync(Setting setting)
    {
        for (var i = 0; i < Subjects; i++)
            await RegisterAsync(setting, $"known-{i}", Schema($"Known{i}", 20));
        var (requests, _, _) = await Rates.MeasureAsync(setting.Registry, Connections, setting.Seconds,
            one => RawHttp.Request("POST", setting.Registry, $"/subjects/known-{one}/versions", Type,
                Body(Schema($"Known{one}", 20))));
        Table.Row("registry, register or get of known schemas of 20 fields, 8 connections", $"{requests:F0}/s", "8000");
    }

    public static async Task CompatibilityAsync(Setting setting)
    {
        await RegisterAsync(setting, "large", Schema("Large", ManyFields));
        var body = Body(Schema("Large", ManyFields + 1));
        var times = new List<double>();
        for (var i = 0; i < Checks; i++)
        {
            var clock = Stopwatch.StartNew();
            await setting.SendAsync(HttpMethod.Post,
                $"http://{setting.Registry}/compatibility/subjects/large/versions/latest", body, Type);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }
        Table.Row("registry, compatibility check of a schema of 2,000 fields", $"{times.Order().ElementAt(Checks / 2):F1} ms", "50");
    }

    private static Task<string> RegisterAsync(Setting setting, string subject, string schema) =>
        setting.SendAsync(HttpMethod.Post, $"http://{setting.Registry}/subjects/{subject}/versions", Body(schema), Type);

    private static string Body(string schema) => $$"""{"schema":{{JsonSerializer.Serialize(schema)}}}""";

    private static string Schema(string name, int fields) =>
        $$"""{"type":"record","name":"{{name}}","fields":[{{string.Join(',', Enumerable.Range(0, fields).Select(
            i => $$"""{"name":"f{{i}}","type":["null","string"],"default":null}"""))}}]}""";
}
