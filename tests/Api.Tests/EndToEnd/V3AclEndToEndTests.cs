using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>A cluster that checks access; nobody is kept from what no rule is about.</summary>
public sealed class AuthorizedClusterFixture : ClusterFixture
{
    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        ["allow.everyone.if.no.acl.found"] = "true",
    };
}

public sealed class V3AclEndToEndTests(AuthorizedClusterFixture cluster) : IClassFixture<AuthorizedClusterFixture>
{
    private string Acls => cluster.Cluster + "/acls";

    [Fact]
    public async Task A_rule_is_added_found_where_it_says_it_is_and_deleted()
    {
        using var created = await cluster.Rest.PostAsync(Acls, Json(Rule("orders", "User:alice", "READ")));
        var self = created.Headers.Location!.PathAndQuery;
        var found = await cluster.GetAsync(self);
        var deleted = await cluster.Rest.CallAsync(HttpMethod.Delete, self);
        var gone = await cluster.GetAsync(self);

        Assert.Equal(201, (int)created.StatusCode);
        Assert.Empty(await created.Content.ReadAsStringAsync());
        var rule = found.Body.GetProperty("data")[0];
        Assert.Equal("KafkaAclList", found.Body.GetProperty("kind").GetString());
        Assert.Equal(
            "KafkaAcl TOPIC orders LITERAL User:alice * READ ALLOW",
            string.Join(' ', new[] { "kind", "resource_type", "resource_name", "pattern_type", "principal", "host", "operation", "permission" }
                .Select(name => rule.GetProperty(name).GetString())));
        Assert.EndsWith(self, rule.GetProperty("metadata").GetProperty("self").GetString(), StringComparison.Ordinal);
        Assert.Equal((200, 1), (deleted.Status, deleted.Body.GetProperty("data").GetArrayLength()));
        Assert.Equal(0, gone.Body.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Rules_are_added_together_and_filtered()
    {
        var batch = $$"""{"data":[{{Rule("payments", "User:bob", "WRITE")}},{{Rule("pay", "User:bob", "DESCRIBE_CONFIGS", "PREFIXED")}}]}""";

        var created = await cluster.PostAsync(cluster.Cluster + "/acls:batch", batch);
        var matching = await cluster.GetAsync(Acls + "?resource_type=TOPIC&resource_name=payments&pattern_type=MATCH");
        var prefixed = await cluster.GetAsync(Acls + "?principal=User:bob&pattern_type=PREFIXED");

        Assert.Equal(201, created.Status);
        Assert.Equal(2, matching.Body.GetProperty("data").GetArrayLength());
        Assert.Equal("DESCRIBE_CONFIGS", prefixed.Body.GetProperty("data")[0].GetProperty("operation").GetString());
        Assert.Equal(1, prefixed.Body.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task What_is_wrong_with_a_rule_is_said()
    {
        var noKind = await cluster.Rest.CallAsync(HttpMethod.Delete, Acls + "?pattern_type=LITERAL&operation=READ&permission=ALLOW");
        var unknown = await cluster.GetAsync(Acls + "?operation=FLY");
        var any = await cluster.PostAsync(Acls, Rule("orders", "User:alice", "ANY"));
        var principal = await cluster.PostAsync(Acls, Rule("orders", "alice", "READ"));

        Assert.Equal((400, 400), (noKind.Status, noKind.ErrorCode()));
        Assert.Equal("resource_type cannot be unspecified or UNKNOWN", noKind.Body.GetProperty("message").GetString());
        Assert.Equal(400, unknown.Status);
        Assert.Equal((400, 40002), (any.Status, any.ErrorCode()));
        Assert.Equal((400, 40002), (principal.Status, principal.ErrorCode()));
        Assert.Contains("User:alice", principal.Body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_rule_forbids_is_403()
    {
        await cluster.CreateTopicAsync("closed", 1);
        await cluster.PostAsync(Acls, Rule("closed", "User:alice", "ALL"));

        var refused = await cluster.Rest.CallAsync(HttpMethod.Delete, cluster.Cluster + "/topics/closed");

        Assert.Equal((403, 40301), (refused.Status, refused.ErrorCode()));
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static string Rule(string topic, string principal, string operation, string pattern = "LITERAL") => $$"""
        {"resource_type":"TOPIC","resource_name":"{{topic}}","pattern_type":"{{pattern}}",
        "principal":"{{principal}}","host":"*","operation":"{{operation}}","permission":"ALLOW"}
        """;
}
