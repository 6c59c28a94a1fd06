using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>confluent-kafka for Python, which is librdkafka with groups.</summary>
public sealed class ConfluentPythonTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private readonly string _bootstrap = fixture.Platform.BootstrapServers;

    [Fact]
    public async Task Every_codec_and_kind_of_acks_comes_back()
    {
        var result = await ClientScript.PythonAsync("confluent.py", "roundtrip", _bootstrap);

        Assert.All(result.EnumerateObject(), topic => Assert.True(topic.Value.GetBoolean(), topic.Name));
        Assert.Equal(15, result.EnumerateObject().Count());
    }

    [Fact]
    public async Task An_idempotent_producer_keeps_its_order()
    {
        var result = await ClientScript.PythonAsync("confluent.py", "idempotent", _bootstrap);

        Assert.True(result.GetProperty("in_order").GetBoolean());
    }

    [Fact]
    public async Task A_group_resumes_at_its_commit()
    {
        var result = await ClientScript.PythonAsync("confluent.py", "commits", _bootstrap);

        Assert.Equal("""{"first": ["a", "b"], "second": ["c"], "committed": 2}""", result.GetRawText());
    }

    [Theory]
    [InlineData("range")]
    [InlineData("roundrobin")]
    [InlineData("cooperative-sticky")]
    public async Task Partitions_move_when_members_come_and_go(string strategy)
    {
        var result = await ClientScript.PythonAsync("confluent.py", "rebalance", _bootstrap, strategy);

        Assert.Equal("""{"alone": [0, 1, 2, 3], "shared": [0, 1, 2, 3], "rest": [0, 1, 2, 3]}""", result.GetRawText());
    }

    [Fact]
    public async Task A_static_member_returns_to_its_partitions()
    {
        var result = await ClientScript.PythonAsync("confluent.py", "static_member", _bootstrap);

        Assert.Equal("""{"before": [0, 1], "after": [0, 1]}""", result.GetRawText());
    }
}

/// <summary>kafka-python, an implementation of its own.</summary>
public sealed class KafkaPythonTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private readonly string _bootstrap = fixture.Platform.BootstrapServers;

    [Fact]
    public async Task Every_codec_and_kind_of_acks_comes_back()
    {
        var result = await ClientScript.PythonAsync("kafkapython.py", "roundtrip", _bootstrap);

        Assert.All(result.EnumerateObject(), topic => Assert.Equal(JsonValueKind.True, topic.Value.ValueKind));
        Assert.Equal(12, result.EnumerateObject().Count());
    }

    [Fact]
    public async Task A_group_resumes_at_its_commit()
    {
        var result = await ClientScript.PythonAsync("kafkapython.py", "commits", _bootstrap);

        Assert.Equal("""{"first": ["a", "b"], "second": ["c"], "committed": 2}""", result.GetRawText());
    }

    [Fact]
    public async Task Partitions_move_when_members_come_and_go()
    {
        var result = await ClientScript.PythonAsync("kafkapython.py", "rebalance", _bootstrap);

        Assert.Equal("""{"shared": [0, 1, 2, 3], "rest": [0, 1, 2, 3]}""", result.GetRawText());
    }

    [Fact]
    public async Task The_admin_client_creates_describes_and_deletes()
    {
        var result = await ClientScript.PythonAsync("kafkapython.py", "admin", _bootstrap);

        Assert.Equal("""{"partitions": 3, "retention": "1000000", "groups_listed": true, "deleted": true}""", result.GetRawText());
    }
}
