using System.Text.Json;
using Platform.Api.SchemaRegistry;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.SchemaRegistry;

/// <summary>
/// A GUID means the same schema in every registry. The expected values are those that Confluent's registry holds its own
/// releases to (schema-registry, core/src/test/resources/schema-md5-golden-data.json): a UUID made of the MD5 of text,
/// references, metadata and rules. The schema's type is no part of it.
/// </summary>
public sealed class SchemaGuidTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Vendor = "application/vnd.schemaregistry.v1+json";

    private const string Person = """{"type":"record","name":"Person","namespace":"io.confluent.kafka.example","fields":["""
        + """{"name":"name","type":"string"},{"name":"age","type":"int"},{"name":"ssn","type":"string"},"""
        + """{"name":"user","type":"io.confluent.kafka.example.User"},"""
        + """{"name":"address","type":"io.confluent.kafka.example.Address"}]}""";

    private const string References = """
        "references":[{"name":"io.confluent.kafka.example.User","subject":"User","version":1},
                      {"name":"io.confluent.kafka.example.Address","subject":"Address","version":2}],
        """;

    // Neither maps nor sets are in order here: their order must not matter.
    private const string Metadata = """
        "metadata":{"tags":{"team":["data-engineering"],"environment":["staging","production"]},
            "properties":{"version":"1.0.0","owner":"data-team","description":"Person schema for user management"},
            "sensitive":["ssn","credit-card"]},
        """;

    private const string Rules = """
        "ruleSet":{
            "migrationRules":[
                {"name":"upgrade-rule-1","doc":"Upgrade rule for field changes","kind":"TRANSFORM","mode":"UPGRADE",
                 "type":"FIELD_UPDATE","tags":["PERSON"],"params":{"field":"name"},
                 "expr":"field.name = field.name.toUpperCase()","onSuccess":"none","onFailure":"error","disabled":false},
                {"name":"downgrade-rule-1","doc":"Downgrade rule for compatibility","kind":"TRANSFORM","mode":"DOWNGRADE",
                 "type":"FIELD_DELETE","tags":["PERSON"],"params":{"field":"ssn"},"expr":"delete field.ssn",
                 "onSuccess":"none","onFailure":"error","disabled":false}],
            "domainRules":[
                {"name":"validation-rule-1","doc":"Validate age field","kind":"CONDITION","mode":"WRITE",
                 "type":"FIELD_VALIDATION","tags":["PERSON"],"params":{"field":"age"},
                 "expr":"field.age >= 0 && field.age <= 150","onSuccess":"none","onFailure":"error","disabled":false},
                {"name":"masking-rule-1","doc":"Mask sensitive data on read","kind":"TRANSFORM","mode":"READ",
                 "type":"DATA_MASKING","tags":["PERSON"],"params":{"field":"ssn"},"expr":"field.ssn = '***-**-****'",
                 "onSuccess":"none","onFailure":"error","disabled":false}]},
        """;

    private static string Request(bool references, bool metadata, bool rules) =>
        $$"""{ {{(references ? References : "")}} {{(metadata ? Metadata : "")}} {{(rules ? Rules : "")}} """
        + $"\"schema\":{JsonSerializer.Serialize(Person)} }}";

    [Theory]
    [InlineData(false, false, false, "d629bb05-ad85-3d20-fbcb-895de3c459f7")]
    [InlineData(false, false, true, "c0708b8f-65f6-b698-bffe-45c1dfa8987c")]
    [InlineData(false, true, false, "2034166c-90a8-1166-0ff2-f5f62c80dbe0")]
    [InlineData(false, true, true, "d9877161-cfdf-d8c5-4eb4-ab37ed50e9d5")]
    [InlineData(true, false, false, "5c08d70e-5347-41b2-6369-199425d044eb")]
    [InlineData(true, false, true, "96825311-eb10-b7f5-48be-2a023b4c018e")]
    [InlineData(true, true, false, "3619d8e0-2ee8-de51-0d9e-2520d39174d5")]
    [InlineData(true, true, true, "589556fb-ad98-e8e0-94fa-e6da3455433a")]
    public void The_guid_of_a_schema_is_the_one_that_confluents_registry_gives_it(
        bool references, bool metadata, bool rules, string guid)
    {
        var request = JsonSerializer.Deserialize(
            Request(references, metadata, rules), RegistryJson.Relaxed.RegisterSchemaRequest)!;

        var own = SchemaIdentity.Of(
            request.Schema!, request.References ?? [], request.Metadata?.OrNull(), request.RuleSet);

        Assert.Equal(Guid.Parse(guid), own);
    }

    [Fact]
    public async Task It_is_told_when_the_schema_is_registered_and_finds_it_again()
    {
        // md5sum of the eight bytes "string" with its quotes, as the registry keeps {"type":"string"}, too.
        const string guid = "095d71cf-1255-6b9d-5e33-0ad575b3df5d";

        var registered = await api.Registry.CallAsync(
            HttpMethod.Post, "/subjects/by-guid/versions", """{"schema":"{\"type\": \"string\"}"}""", Vendor);
        var found = await api.Registry.CallAsync(HttpMethod.Get, $"/schemas/guids/{guid}");

        Assert.Equal(guid, registered.Body.GetProperty("guid").GetString());
        Assert.Equal((200, "\"string\""), (found.Status, found.Body.GetProperty("schema").GetString()));
    }
}
