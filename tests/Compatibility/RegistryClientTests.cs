namespace Platform.Compatibility;

/// <summary>Registry clients and serializers that others wrote, in the formats that they have.</summary>
public sealed class RegistryClientTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private readonly string _bootstrap = fixture.Platform.BootstrapServers;
    private readonly string _registry = fixture.Platform.Registry.ToString().TrimEnd('/');

    [Fact]
    public async Task Kafkajs_writes_and_reads_avro_json_schema_and_protobuf_by_confluent_schema_registry()
    {
        var result = await ClientScript.NodeAsync("registry.mjs", "roundtrip", _bootstrap, _registry);

        Assert.Equal("""{"avro":true,"json":true,"protobuf":true}""", result.GetRawText());
    }

    [Fact]
    public async Task Confluent_schema_registry_of_kafkajs_knows_why_it_was_refused()
    {
        var result = await ClientScript.NodeAsync("registry.mjs", "refusals", _bootstrap, _registry);

        const string refused = "ResponseError 409";
        Assert.Equal([refused, refused, refused],
            new[] { "avro", "json", "protobuf" }.Select(format => result.GetProperty(format).GetString()));
        Assert.Equal(404, result.GetProperty("missing").GetInt32());
    }

    [Fact]
    public async Task Confluent_python_writes_and_reads_avro_json_schema_and_protobuf()
    {
        var result = await ClientScript.PythonAsync("registry.py", "roundtrip", _bootstrap, _registry);

        Assert.Equal("""{"avro": true, "json": true, "protobuf": true,"""
            + """ "subjects": ["py-avro-value", "py-json-value", "py-protobuf-value"]}""", result.GetRawText());
    }

    [Fact]
    public async Task Brokers_take_only_records_whose_schema_is_registered_under_their_subject()
    {
        var result = await ClientScript.PythonAsync("registry.py", "validation", _bootstrap, _registry);

        const string refused = "INVALID_RECORD";
        Assert.Equal($$"""{"serializer": null, "plain": "{{refused}}", "foreign": "{{refused}}", "tombstone": null,"""
            + """ "compressed": null}""", result.GetRawText());
    }

    [Fact]
    public async Task Every_call_of_confluent_pythons_registry_client_works()
    {
        var result = await ClientScript.PythonAsync("registry.py", "registry", _bootstrap, _registry);

        Assert.Equal("""{"same_id": true, "text": true, "references": ["Base"], "other_ids": true,"""
            + """ "compatible": [true, false], "level": "FULL", "versions": [1], "deleted": 1, "gone": [1]}""",
            result.GetRawText());
    }

    [Fact]
    public async Task Confluent_pythons_registry_client_gets_the_codes_that_it_knows()
    {
        var result = await ClientScript.PythonAsync("registry.py", "refusals", _bootstrap, _registry);

        Assert.Equal("""{"incompatible": [409, 409], "invalid": [422, 42201], "no_subject": [404, 40401],"""
            + """ "no_version": [404, 40402], "no_schema": [404, 40403], "level": [422, 42203]}""",
            result.GetRawText());
    }
}
