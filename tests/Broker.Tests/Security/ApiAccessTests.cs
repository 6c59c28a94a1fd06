using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Metadata;
using Platform.Broker.Security;
using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Security;

public sealed class ApiAccessTests
{
    private const string Properties = """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@localhost:9093
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
        """;

    [Fact]
    public async Task Everything_that_is_served_says_what_it_needs()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var client = new KafkaCluster(new ClientOptions { BootstrapServers = cluster.BootstrapServers });
        var guards = new ApiGuards(new Authorizer(BrokerConfig.Parse(Properties), NullLogger.Instance), new MetadataCache("c", 1), isController: false);

        var served = (await client.SendAsync(
            new ApiVersionsRequest { ClientSoftwareName = "t", ClientSoftwareVersion = "1" }, Destination.Node(1), default, default)).ApiKeys;

        Assert.True(served.Count > 50);
        Assert.All(served, api => Assert.True(guards.Knows((ApiKey)api.ApiKey), $"{(ApiKey)api.ApiKey}"));
    }

    [Fact]
    public async Task Without_an_authorizer_rules_cannot_be_seen_or_changed_and_everything_is_allowed()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var admin = cluster.Admin();
        var rule = new AclBinding(AclResourceType.Topic, "t", AclPatternType.Literal, "User:a", "*", AclOperation.Read, AclPermission.Allow);

        var listing = await Assert.ThrowsAsync<KafkaException>(() => admin.DescribeAclsAsync(new AclBindingFilter()));
        var creation = await Assert.ThrowsAsync<KafkaException>(() => admin.CreateAclsAsync([rule]));
        var deletion = await Assert.ThrowsAsync<KafkaException>(() => admin.DeleteAclsAsync([new AclBindingFilter()]));
        await using var client = new KafkaCluster(new ClientOptions { BootstrapServers = cluster.BootstrapServers });
        var described = await client.SendAsync(
            new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, Destination.Node(1), default, default);

        Assert.All([listing, creation, deletion], error => Assert.Equal(ErrorCode.SecurityDisabled, error.Code));
        Assert.NotEqual(0, described.ClusterAuthorizedOperations & (1 << (int)AclOperation.Alter));
    }

    [Fact]
    public async Task A_request_that_another_node_carries_out_is_judged_by_who_asked()
    {
        var settings = new Dictionary<string, string>
        {
            ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            ["allow.everyone.if.no.acl.found"] = "true",
        };
        await using var cluster = await TestCluster.StartAsync(["controller", "broker"], settings);
        await using var admin = cluster.Admin();
        await admin.CreateAclsAsync(
        [
            new(AclResourceType.Topic, "orders", AclPatternType.Prefixed, "User:bob", "*", AclOperation.Create, AclPermission.Allow),
            new(AclResourceType.Cluster, AclBinding.ClusterName, AclPatternType.Literal, "User:ANONYMOUS", "*",
                AclOperation.ClusterAction, AclPermission.Allow),
        ]);

        var created = await admin.CreateTopicsAsync([new NewTopic("orders-1", 1, 1), new NewTopic("payments", 1, 1)]);

        Assert.Equal([("orders-1", ErrorCode.TopicAuthorizationFailed), ("payments", ErrorCode.None)],
            created.Select(topic => (topic.Item, topic.Error)).Order());
    }
}
