using System.Text;
using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Schemas;

/// <summary>A topic with confluent.value.schema.validation on a running broker.</summary>
public sealed class SchemaValidationTests : IAsyncLifetime
{
    private const string Topic = "orders";
    private TestCluster _cluster = null!;
    private KafkaProducer _producer = null!;
    private AdminClient _admin = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(["broker,controller"]);
        _admin = _cluster.Admin();
        _producer = new KafkaProducer(new ProducerOptions { BootstrapServers = _cluster.BootstrapServers, LingerMs = 0 });
        await _admin.CreateTopicsAsync([new NewTopic(Topic, 1, 1)]);
        await AlterAsync("true");
    }

    public async Task DisposeAsync()
    {
        await _producer.DisposeAsync();
        await _admin.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_registry_no_schema_is_registered()
    {
        var refused = await Assert.ThrowsAsync<KafkaException>(() => SendAsync([0, 0, 0, 0, 1]));

        Assert.Equal(ErrorCode.InvalidRecord, refused.Code);
        Assert.Contains("schema 1 of the value is not registered under subject orders-value", refused.Message);
    }

    [Fact]
    public async Task A_schema_counts_from_the_moment_that_the_registry_has_written_it()
    {
        await _admin.CreateTopicsAsync([new NewTopic("_schemas", 1, 1)]);
        for (var id = 1; id <= 5; id++)
        {
            await RegisterAsync(version: id, id);
            await SendAsync([0, 0, 0, 0, (byte)id, 42]);
        }

        var refused = await Assert.ThrowsAsync<KafkaException>(() => SendAsync([0, 0, 0, 0, 6, 42]));
        Assert.Equal(ErrorCode.InvalidRecord, refused.Code);
        Assert.Equal(5, _cluster.Running[1].Logs.Get(new TopicPartition(Topic, 0))!.LogEndOffset);
    }

    [Fact]
    public async Task Validation_ends_when_the_topic_no_longer_asks_for_it()
    {
        await Assert.ThrowsAsync<KafkaException>(() => SendAsync("plain"u8.ToArray()));

        await AlterAsync(null);

        await SendAsync("plain"u8.ToArray());
    }

    private async Task AlterAsync(string? value)
    {
        const string name = "confluent.value.schema.validation";
        var altered = await _admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
        {
            [ConfigResource.Topic(Topic)] = [value is null ? AlterConfig.Delete(name) : AlterConfig.Set(name, value)],
        });
        Assert.Equal(ErrorCode.None, altered[0].Error);
    }

    private async Task RegisterAsync(int version, int id) => await _producer.SendAsync(new ProducerRecord(
        "_schemas", Encoding.UTF8.GetBytes(
            $$"""{"subject":"orders-value","version":{{version}},"id":{{id}},"schema":"\"string\"","deleted":false}"""))
    {
        Key = Encoding.UTF8.GetBytes(
            $$"""{"keytype":"SCHEMA","subject":"orders-value","version":{{version}},"magic":1}"""),
        Partition = 0,
    });

    private async Task SendAsync(byte[] value) =>
        await _producer.SendAsync(new ProducerRecord(Topic, value) { Partition = 0 });
}
