namespace Platform.Compatibility;

/// <summary>kafkajs, the most used JavaScript client.</summary>
public sealed class KafkaJsTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private readonly string _bootstrap = fixture.Platform.BootstrapServers;

    [Fact]
    public async Task Every_codec_and_kind_of_acks_comes_back()
    {
        var result = await ClientScript.NodeAsync("kafkajs.mjs", "roundtrip", _bootstrap);

        Assert.All(result.EnumerateObject(), topic => Assert.True(topic.Value.GetBoolean(), topic.Name));
        Assert.Equal(9, result.EnumerateObject().Count());
    }

    [Fact]
    public async Task An_idempotent_producer_keeps_its_order()
    {
        var result = await ClientScript.NodeAsync("kafkajs.mjs", "idempotent", _bootstrap);

        Assert.Equal("""{"in_order":true}""", result.GetRawText());
    }

    [Fact]
    public async Task Partitions_move_when_members_come_and_go()
    {
        var result = await ClientScript.NodeAsync("kafkajs.mjs", "rebalance", _bootstrap);

        Assert.Equal("""{"shared":[0,1,2,3],"rest":[0,1,2,3]}""", result.GetRawText());
    }

    [Fact]
    public async Task A_group_resumes_at_its_commit()
    {
        var result = await ClientScript.NodeAsync("kafkajs.mjs", "commits", _bootstrap);

        Assert.Equal("""{"first":["a","b"],"second":["c"]}""", result.GetRawText());
    }

    [Fact]
    public async Task The_admin_client_creates_grows_alters_and_deletes()
    {
        var result = await ClientScript.NodeAsync("kafkajs.mjs", "admin", _bootstrap);

        Assert.Equal("""{"partitions":3,"retention":"2000000","messages":2,"brokers":1,"deleted":true}""", result.GetRawText());
    }
}

/// <summary>@platformatic/kafka, which uses the newest versions of every API.</summary>
public sealed class PlatformaticTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private readonly string _bootstrap = fixture.Platform.BootstrapServers;

    [Fact]
    public async Task Every_codec_and_kind_of_acks_comes_back()
    {
        var result = await ClientScript.NodeAsync("platformatic.mjs", "roundtrip", _bootstrap);

        Assert.All(result.EnumerateObject(), topic => Assert.True(topic.Value.GetBoolean(), topic.Name));
        Assert.Equal(12, result.EnumerateObject().Count());
    }

    [Fact]
    public async Task An_idempotent_producer_keeps_its_order()
    {
        var result = await ClientScript.NodeAsync("platformatic.mjs", "idempotent", _bootstrap);

        Assert.Equal("""{"in_order":true}""", result.GetRawText());
    }

    [Fact]
    public async Task A_group_resumes_at_its_commit()
    {
        var result = await ClientScript.NodeAsync("platformatic.mjs", "commits", _bootstrap);

        Assert.Equal("""{"first":["a","b"],"second":["c"]}""", result.GetRawText());
    }

    [Fact]
    public async Task The_admin_client_creates_lists_and_deletes()
    {
        var result = await ClientScript.NodeAsync("platformatic.mjs", "admin", _bootstrap);

        Assert.Equal("""{"listed":true,"partitions":2,"groups":true,"deleted":true}""", result.GetRawText());
    }
}
