namespace Platform.Compatibility;

/// <summary>A broker that checks access, as a process of its own, by clients of others and by our own command.</summary>
public sealed class SecurityTests : IAsyncLifetime
{
    private readonly BrokerProcess _broker = new(
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found=true", "auto.create.topics.enable=false");

    public Task InitializeAsync() => _broker.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Kafkajs_manages_access_rules_and_is_refused_by_them()
    {
        var result = await ClientScript.NodeAsync("security.mjs", "kafkajs", _broker.BootstrapServers);

        Assert.Equal("""{"found":2,"refused":"TOPIC_AUTHORIZATION_FAILED","deleted":2,"then":"written"}""", result.GetRawText());
    }

    [Fact]
    public async Task Platformatic_manages_access_rules_in_the_newest_version()
    {
        var result = await ClientScript.NodeAsync("security.mjs", "platformatic", _broker.BootstrapServers);

        Assert.Equal("""{"found":"closed-2","host":"10.0.0.0/8","deleted":1}""", result.GetRawText());
    }

    [Fact]
    public async Task The_command_adds_lists_and_deletes_rules_and_they_are_there_after_a_kill()
    {
        var added = await AclsAsync("create", "--topic", "orders", "--group", "readers", "--consumer", "--allow-principal", "User:alice");
        var wrong = await AclsAsync("create", "--topic", "orders", "--operation", "Fly", "--allow-principal", "User:alice");
        await _broker.KillAsync();
        await _broker.StartAsync();
        var listed = await AclsAsync("list", "--json");
        var deleted = await AclsAsync("delete", "--topic", "orders", "--resource-pattern-type", "any");
        var left = await AclsAsync("list");

        Assert.Equal(0, added.ExitCode);
        Assert.Contains("User:alice may Read Group readers from *", added.Output);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("'Fly' is none of", wrong.Errors);
        Assert.Equal(3, listed.Output.Split("\"principal\":\"User:alice\"").Length - 1);
        Assert.Contains("Describe", deleted.Output);
        Assert.Contains("readers", left.Output);
        Assert.DoesNotContain("orders", left.Output);
    }

    private Task<(int ExitCode, string Output, string Errors)> AclsAsync(string verb, params string[] arguments) =>
        ClientScript.PlatformAsync(["acls", verb, "-b", _broker.BootstrapServers, .. arguments]);
}
