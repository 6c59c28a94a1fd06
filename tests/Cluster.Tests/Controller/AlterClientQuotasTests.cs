using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Quotas;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Controller;

/// <summary>Quotas of clients (KIP-546): set, removed, refused, found.</summary>
public sealed class AlterClientQuotasTests
{
    private const string Produce = ClientQuotaKeys.ProducerByteRate;
    private readonly TestController _controller = new();

    [Fact]
    public void A_quota_is_set_changed_and_removed()
    {
        Set([("user", "ann")], Produce, 100);
        Set([("user", "ann")], Produce, 200);
        Assert.Equal(200, _controller.Image.ClientQuotas.Of(new QuotaEntity("ann"))[Produce]);

        Assert.Equal(ErrorCode.None, Alter([("user", "ann")], new() { Key = Produce, Remove = true }).ErrorCode);

        Assert.Empty(_controller.Image.ClientQuotas.Entities);
    }

    [Fact]
    public void What_is_so_already_writes_nothing()
    {
        Set([("client-id", "app")], Produce, 100);
        var offset = _controller.Image.Offset;

        Set([("client-id", "app")], Produce, 100);
        Alter([("client-id", "app")], new() { Key = ClientQuotaKeys.ConsumerByteRate, Remove = true });

        Assert.Equal(offset, _controller.Image.Offset);
    }

    [Fact]
    public void A_snapshot_brings_all_quotas_back_and_takes_those_away_that_are_gone()
    {
        Set([("user", "ann"), ("client-id", null)], Produce, 100);
        Set([("ip", "10.0.0.1")], ClientQuotaKeys.ConnectionCreationRate, 5);
        var before = _controller.Image;
        var delta = new MetadataDelta(MetadataImage.Empty);
        delta.Replay(before.ToRecords());

        var read = delta.Apply(before.Offset, before.Epoch);
        Alter([("ip", "10.0.0.1")], new() { Key = ClientQuotaKeys.ConnectionCreationRate, Remove = true });
        var back = MetadataDelta.Between(read, _controller.Image).Apply(_controller.Image.Offset, 1);

        Assert.Equal(before.ClientQuotas.Entities.Keys, read.ClientQuotas.Entities.Keys);
        Assert.Equal([new QuotaEntity("ann", QuotaEntity.Default)], back.ClientQuotas.Entities.Keys);
    }

    [Theory]
    [InlineData("producer_byte_rate", 0.0, "more than 0")]
    [InlineData("producer_byte_rate", -1.0, "more than 0")]
    [InlineData("producer_byte_rate", double.NaN, "more than 0")]
    [InlineData("consumer_byte_rate", 1.5, "no fractions")]
    [InlineData("connection_creation_rate", 1.0, "is no quota of")]
    [InlineData("bytes", 1.0, "is no quota of")]
    public void A_value_that_cannot_be_is_refused(string key, double value, string reason)
    {
        var answer = Alter([("user", "ann")], new() { Key = key, Value = value });

        Assert.Equal(ErrorCode.InvalidRequest, answer.ErrorCode);
        Assert.Contains(reason, answer.ErrorMessage);
        Assert.Empty(_controller.Image.ClientQuotas.Entities);
    }

    [Fact]
    public void An_entity_that_cannot_be_is_refused()
    {
        (string, string?)[][] wrong =
        [
            [], [("user", "a"), ("user", "b")], [("group", "g")], [("user", "")], [("ip", "nowhere")],
            [("ip", "10.0.0.1"), ("user", "a")],
        ];

        Assert.All(wrong, entity => Assert.Equal(ErrorCode.InvalidRequest,
            Alter(entity, new() { Key = Produce, Value = 1 }).ErrorCode));
    }

    [Fact]
    public void The_most_specific_quota_counts_and_names_who_shares_it()
    {
        Set([("client-id", null)], Produce, 1);
        Set([("client-id", "app")], Produce, 2);
        Set([("user", null)], Produce, 3);
        Set([("user", "ann")], Produce, 4);
        Set([("user", "ann"), ("client-id", "app")], Produce, 5);
        ClientQuotaLimit? Find(string user, string clientId) =>
            ClientQuotaLookup.Find(_controller.Image.ClientQuotas, Produce, user, clientId);

        Assert.Equal(new ClientQuotaLimit(5, "ann", "app"), Find("ann", "app"));
        Assert.Equal(new ClientQuotaLimit(4, "ann", null), Find("ann", "other"));
        Assert.Equal(new ClientQuotaLimit(3, "bob", null), Find("bob", "app"));
        Alter([("user", null)], new() { Key = Produce, Remove = true });
        Assert.Equal(new ClientQuotaLimit(2, null, "app"), Find("bob", "app"));
        Assert.Equal(new ClientQuotaLimit(1, null, "other"), Find("bob", "other"));
        Assert.Null(ClientQuotaLookup.Find(_controller.Image.ClientQuotas, ClientQuotaKeys.ConsumerByteRate, "ann", "app"));
    }

    private void Set((string, string?)[] entity, string key, double value) =>
        Assert.Equal(ErrorCode.None, Alter(entity, new() { Key = key, Value = value }).ErrorCode);

    private AlterClientQuotasResponse.EntryData Alter(
        (string Type, string? Name)[] entity, AlterClientQuotasRequest.OpData op) =>
        _controller.Run(context => AlterClientQuotas.Handle(context, new()
        {
            Entries =
            [
                new()
                {
                    Entity = [.. entity.Select(part => new AlterClientQuotasRequest.EntityData
                    {
                        EntityType = part.Type, EntityName = part.Name,
                    })],
                    Ops = [op],
                },
            ],
        })).Entries.Single();
}
