using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Quotas;
using Platform.Cluster.Tests.Controller;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Quotas;

/// <summary>Partitions that a client may create and delete (KIP-599).</summary>
public sealed class MutationQuotaTests
{
    private readonly TestController _controller = new(brokers: 1);
    private readonly MutationQuotas _quotas = new(burstSeconds: 11);
    private readonly ClientQuotasImage _one;

    public MutationQuotaTests()
    {
        _controller.Run(context => AlterClientQuotas.Handle(context, new()
        {
            Entries =
            [
                new()
                {
                    Entity = [new() { EntityType = "client-id", EntityName = "app" }],
                    Ops = [new() { Key = ClientQuotaKeys.ControllerMutationRate, Value = 1 }],
                },
            ],
        }));
        _one = _controller.Image.ClientQuotas;
    }

    [Fact]
    public void A_debt_is_allowed_once_and_refuses_what_comes_while_it_lasts()
    {
        var first = Create("a", partitions: 21, isStrict: true);
        var second = Create("b", partitions: 1, isStrict: true);
        _controller.NowMs += 10_000;
        var later = Create("b", partitions: 1, isStrict: true);

        Assert.Equal((ErrorCode.None, 0), (first.Topics[0].ErrorCode, first.ThrottleTimeMs));
        Assert.Equal((ErrorCode.ThrottlingQuotaExceeded, 10_000), (second.Topics[0].ErrorCode, second.ThrottleTimeMs));
        Assert.Contains("10000 ms", second.Topics[0].ErrorMessage, StringComparison.Ordinal);
        Assert.Equal((1, 0, 10_000), (_quotas.Counters.Refused, _quotas.Counters.Delayed, _quotas.Counters.ThrottleMs));
        Assert.Equal(ErrorCode.None, later.Topics[0].ErrorCode);
    }

    [Fact]
    public void An_older_client_is_served_and_told_to_wait()
    {
        var first = Create("a", partitions: 21, isStrict: false);
        var second = Create("b", partitions: 1, isStrict: false);

        Assert.Equal((ErrorCode.None, 10_000), (first.Topics[0].ErrorCode, first.ThrottleTimeMs));
        Assert.Equal((ErrorCode.None, 11_000), (second.Topics[0].ErrorCode, second.ThrottleTimeMs));
        Assert.Equal((0, 2, 21_000), (_quotas.Counters.Refused, _quotas.Counters.Delayed, _quotas.Counters.ThrottleMs));
    }

    [Fact]
    public void Deletions_and_growth_count_and_others_do_not_pay_for_them()
    {
        Create("a", partitions: 5, isStrict: true, clientId: "other");
        var growth = _controller.Run(context => CreatePartitions.Handle(Counting(context, isStrict: true, "app"), new()
        {
            Topics = [new() { Name = "a", Count = 21, Assignments = null }],
        }));
        var deletion = _controller.Run(context => DeleteTopics.Handle(Counting(context, isStrict: true, "app"), new()
        {
            Topics = [new() { Name = "a" }],
        }));
        var byOther = _controller.Run(context => DeleteTopics.Handle(Counting(context, isStrict: true, "other"), new()
        {
            Topics = [new() { Name = "a" }],
        }));

        Assert.Equal(ErrorCode.None, growth.Results[0].ErrorCode);
        Assert.Equal((ErrorCode.ThrottlingQuotaExceeded, 5_000), (deletion.Responses[0].ErrorCode, deletion.ThrottleTimeMs));
        Assert.Equal(ErrorCode.None, byOther.Responses[0].ErrorCode);
    }

    private CreateTopicsResponse Create(string topic, int partitions, bool isStrict, string clientId = "app") =>
        _controller.Run(context => CreateTopics.Handle(Counting(context, isStrict, clientId), new()
        {
            Topics = [new() { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }],
        }));

    [Fact]
    public void More_windows_let_a_client_save_up_more()
    {
        var quotas = new MutationQuotas(burstSeconds: 2 * 10);
        MutationQuota Ask() => quotas.For(_one, "ANONYMOUS", "app", isStrict: true, _controller.NowMs);

        Assert.True(Ask().TryTake(20));
        Assert.True(Ask().TryTake(1));
        Assert.False(Ask().TryTake(1));
    }

    private ControllerContext Counting(ControllerContext context, bool isStrict, string clientId) => context with
    {
        Mutations = _quotas.For(_one, "ANONYMOUS", clientId, isStrict, context.NowMs),
    };
}
