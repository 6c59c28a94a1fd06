using System.Text.Json;
using Platform.Api.Tests.Hosting;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>The registry of data encryption keys over a running broker: every call, and every refusal with its
/// code.</summary>
public sealed class DekRegistryEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Keks = "/dek-registry/v1/keks";
    private const string Material = "c2VjcmV0";

    private Task<(int Status, JsonElement Body)> Call(HttpMethod method, string path, string? body = null) =>
        cluster.Registry.CallAsync(method, Keks + path, body);

    private async Task<string> Text(string path) => (await Call(HttpMethod.Get, path)).Body.GetRawText();

    private Task<(int Status, JsonElement Body)> CreateKek(string name, string more = "") => Call(HttpMethod.Post, "",
        $$"""{"name":"{{name}}","kmsType":"AWS","kmsKeyId":"arn:key","kmsProps":{"region":"eu","a":"b"}{{more}} }""");

    private Task<(int Status, JsonElement Body)> CreateDek(string kek, string subject, string more = "") => Call(
        HttpMethod.Post, $"/{kek}/deks",
        $$"""{"subject":"{{subject}}","encryptedKeyMaterial":"{{Material}}"{{more}} }""");

    [Fact]
    public async Task A_key_encryption_key_is_made_known_changed_deleted_and_taken_back()
    {
        var made = await CreateKek("life", ""","doc":"for tests" """);
        var changed = await Call(HttpMethod.Put, "/life", """{"doc":"changed","shared":true}""");
        var deleted = await Call(HttpMethod.Delete, "/life");
        var hidden = await Call(HttpMethod.Get, "/life");
        var shown = await Call(HttpMethod.Get, "/life?deleted=true");
        await Call(HttpMethod.Post, "/life/undelete");
        var back = await Call(HttpMethod.Get, "/life");

        Assert.Equal("aws-kms", made.Body.GetProperty("kmsType").GetString());
        Assert.Equal("""{"a":"b","region":"eu"}""", made.Body.GetProperty("kmsProps").GetRawText());
        Assert.InRange(made.Body.GetProperty("ts").GetInt64(), 1, long.MaxValue);
        Assert.Equal(("changed", true),
            (changed.Body.GetProperty("doc").GetString(), changed.Body.GetProperty("shared").GetBoolean()));
        Assert.Equal((204, 404, 40470), (deleted.Status, hidden.Status, hidden.ErrorCode()));
        Assert.True(shown.Body.GetProperty("deleted").GetBoolean());
        Assert.Equal((200, false), (back.Status, back.Body.TryGetProperty("deleted", out _)));
        Assert.Contains("\"life\"", await Text(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_encryption_keys_have_versions_and_algorithms()
    {
        await CreateKek("versions");
        await CreateDek("versions", "orders-value");
        await CreateDek("versions", "orders-value", ""","version":2""");
        await Call(HttpMethod.Post, "/versions/deks/orders-value",
            $$"""{"subject":"orders-value","algorithm":"AES256_SIV","encryptedKeyMaterial":"{{Material}}"}""");

        var first = (await Call(HttpMethod.Get, "/versions/deks/orders-value")).Body;
        var latest = (await Call(HttpMethod.Get, "/versions/deks/orders-value/versions/latest")).Body;
        var other = (await Call(HttpMethod.Get, "/versions/deks/orders-value?algorithm=AES256_SIV")).Body;

        Assert.Equal((1, "AES256_GCM", Material), (first.GetProperty("version").GetInt32(),
            first.GetProperty("algorithm").GetString(), first.GetProperty("encryptedKeyMaterial").GetString()));
        Assert.Equal(2, latest.GetProperty("version").GetInt32());
        Assert.Equal("AES256_SIV", other.GetProperty("algorithm").GetString());
        Assert.Equal("[1,2]", await Text("/versions/deks/orders-value/versions"));
        Assert.Equal("""["orders-value"]""", await Text("/versions/deks"));
        Assert.Equal("""["versions"]""", await Text("?subjectPrefix=orders"));
    }

    [Fact]
    public async Task A_subject_with_an_alias_for_keys_has_the_keys_of_its_alias()
    {
        await CreateKek("aliased");
        await cluster.Registry.CallAsync(HttpMethod.Put, "/config/near-value", """{"alias":"not-this","aliasForDeks":"far-value"}""");
        await cluster.Registry.CallAsync(HttpMethod.Put, "/config/:.ctx:near", """{"alias":"far"}""");
        await CreateDek("aliased", "near-value");
        await Call(HttpMethod.Post, "/aliased/deks/near-value",
            $$"""{"subject":"near-value","version":2,"encryptedKeyMaterial":"{{Material}}"}""");
        await CreateDek("aliased", ":.ctx:near");

        var near = await Call(HttpMethod.Get, "/aliased/deks/near-value");
        var second = await Call(HttpMethod.Get, "/aliased/deks/far-value/versions/2");
        var byAlias = await Call(HttpMethod.Get, "/aliased/deks/:.ctx:near/versions/latest");
        var subjects = await Text("/aliased/deks");
        var versions = await Text("/aliased/deks/near-value/versions");
        await Call(HttpMethod.Delete, "/aliased/deks/near-value/versions/1");
        var left = await Text("/aliased/deks/far-value/versions");
        await Call(HttpMethod.Post, "/aliased/deks/near-value/undelete");

        Assert.Equal(["far-value", "far-value", ":.ctx:far"],
            new[] { near, second, byAlias }.Select(dek => dek.Body.GetProperty("subject").GetString()));
        Assert.Equal(("""[":.ctx:far","far-value"]""", "[1,2]", "[2]"), (subjects, versions, left));
        Assert.Equal("[1,2]", await Text("/aliased/deks/far-value/versions"));
    }

    [Fact]
    public async Task Keys_are_deleted_softly_and_then_for_good()
    {
        await CreateKek("gone");
        await CreateDek("gone", "s");
        await CreateDek("gone", "s", ""","version":2""");

        var referenced = await Call(HttpMethod.Delete, "/gone");
        var tooSoon = await Call(HttpMethod.Delete, "/gone/deks/s?permanent=true");
        await Call(HttpMethod.Delete, "/gone/deks/s/versions/1");
        Assert.Equal("[2]", await Text("/gone/deks/s/versions"));
        await Call(HttpMethod.Post, "/gone/deks/s/versions/1/undelete");
        Assert.Equal("[1,2]", await Text("/gone/deks/s/versions"));
        await Call(HttpMethod.Delete, "/gone/deks/s");
        Assert.Equal("[1,2]", await Text("/gone/deks/s/versions?deleted=true"));
        await Call(HttpMethod.Delete, "/gone");
        var mustBeBackFirst = await Call(HttpMethod.Post, "/gone/deks/s/undelete");
        await Call(HttpMethod.Delete, "/gone/deks/s/versions/1?permanent=true");
        await Call(HttpMethod.Delete, "/gone/deks/s?permanent=true");
        var forGood = await Call(HttpMethod.Delete, "/gone?permanent=true");
        var again = await Call(HttpMethod.Delete, "/gone?permanent=true");

        Assert.Equal((42272, 40471, 40472), (referenced.ErrorCode(), tooSoon.ErrorCode(), mustBeBackFirst.ErrorCode()));
        Assert.Equal((204, 40470), (forGood.Status, again.ErrorCode()));
    }

    [Fact]
    public async Task Versions_that_were_deleted_come_back_together()
    {
        await CreateKek("back");
        await CreateDek("back", "s");
        await Call(HttpMethod.Delete, "/back/deks/s");

        var undeleted = await Call(HttpMethod.Post, "/back/deks/s/undelete");

        Assert.Equal((204, "[1]"), (undeleted.Status, await Text("/back/deks/s/versions")));
    }

    [Fact]
    public async Task Creating_what_was_deleted_brings_it_back_only_when_nothing_else_changed()
    {
        await CreateKek("same");
        await CreateDek("same", "s");
        await Call(HttpMethod.Delete, "/same/deks/s");

        var other = await Call(HttpMethod.Post, "/same/deks", """{"subject":"s","encryptedKeyMaterial":"b3RoZXI="}""");
        var same = await CreateDek("same", "s");
        var twice = await CreateDek("same", "s");

        Assert.Equal((40971, 200, 40971), (other.ErrorCode(), same.Status, twice.ErrorCode()));
        Assert.Equal(40971, (await CreateKek("same")).ErrorCode());
    }

    [Theory]
    [InlineData("POST", "", """{"name":"1x","kmsType":"t","kmsKeyId":"k"}""", 42271)]
    [InlineData("POST", "", """{"name":"x","kmsKeyId":"k"}""", 42271)]
    [InlineData("POST", "", """{"name":"x","kmsType":"t"}""", 42271)]
    [InlineData("POST", "/refused/deks", """{"encryptedKeyMaterial":"AA=="}""", 42271)]
    [InlineData("POST", "/refused/deks", """{"subject":"s"}""", 42271)]
    [InlineData("POST", "/refused/deks", """{"subject":"s","encryptedKeyMaterial":"%%%"}""", 42271)]
    [InlineData("POST", "/refused/deks", """{"subject":"s","encryptedKeyMaterial":"AA==","algorithm":"ROT13"}""", 42271)]
    [InlineData("POST", "/refused/deks", """{"subject":"s","encryptedKeyMaterial":"AA==","version":0}""", 42271)]
    [InlineData("POST", "/refused/deks/other", """{"subject":"s","encryptedKeyMaterial":"AA=="}""", 42271)]
    [InlineData("POST", "/nobody/deks", """{"subject":"s","encryptedKeyMaterial":"AA=="}""", 40470)]
    [InlineData("GET", "/nobody", null, 40470)]
    [InlineData("PUT", "/nobody", "{}", 40470)]
    [InlineData("POST", "/nobody/undelete", null, 40470)]
    [InlineData("GET", "/refused/deks/nothing", null, 40470)]
    [InlineData("GET", "/refused/deks/s/versions/none", null, 42202)]
    [InlineData("POST", "/refused/test", null, 42271)]
    [InlineData("POST", "?testSharing=true", """{"name":"x","kmsType":"aws-kms","kmsKeyId":"k","shared":true}""", 50070)]
    public async Task What_cannot_be_is_refused_with_its_code(string method, string path, string? body, int code)
    {
        await CreateKek("refused");

        var refused = await Call(new HttpMethod(method), path, body);

        Assert.True(code == refused.ErrorCode(), refused.Body.GetRawText());
    }

    [Fact]
    public async Task A_key_that_the_registry_would_have_to_make_is_left_to_clients()
    {
        await CreateKek("shared", ""","shared":true""");

        var refused = await Call(HttpMethod.Post, "/shared/deks", """{"subject":"s"}""");

        Assert.Equal((500, 50070), (refused.Status, refused.ErrorCode()));
    }

    [Fact]
    public async Task Records_are_in_Confluents_layout()
    {
        await CreateKek("layout");
        await CreateDek("layout", "s");

        await using var consumer = new KafkaConsumer(new ConsumerOptions { BootstrapServers = cluster.BootstrapServers });
        var partition = new TopicPartition("_dek_registry_keys", 0);
        consumer.Assign([partition]);
        consumer.SeekToBeginning([partition]);
        var records = new List<string>();
        const string dek = """{"tenant":"default","kekName":"layout","subject":"s","algorithm":"AES256_GCM","version":1"""
            + ""","type":"DEK"}=>""";
        while (!records.Exists(record => record.StartsWith(dek, StringComparison.Ordinal)))
            records.AddRange((await consumer.PollAsync(TimeSpan.FromSeconds(10))).Select(record =>
                $"{System.Text.Encoding.UTF8.GetString(record.Key!.Value.Span)}=>"
                + (record.Value is { } value ? System.Text.Encoding.UTF8.GetString(value.Span) : "")));

        Assert.Contains("""{"tenant":"default","name":"layout","type":"KEK"}=>"""
            + """{"name":"layout","kmsType":"aws-kms","kmsKeyId":"arn:key","kmsProps":{"a":"b","region":"eu"}"""
            + ""","shared":false,"type":"KEK","deleted":false}""", records);
    }
}
