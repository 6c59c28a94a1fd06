using Platform.Cluster.Configuration;

namespace Platform.Cluster.Tests.Configuration;

public sealed class EnvironmentSettingsTests
{
    [Theory]
    [InlineData("KAFKA_NUM_PARTITIONS", "num.partitions")]
    [InlineData("KAFKA_CFG_NODE_ID", "node.id")]
    [InlineData("KAFKA_A__B_C___D", "a_b.c-d")]
    [InlineData("CLUSTER_ID", "platform.cluster.id")]
    [InlineData("KAFKA_KRAFT_CLUSTER_ID", "platform.cluster.id")]
    public void A_variable_names_a_setting(string variable, string expected)
    {
        Assert.Equal([new(expected, "x")], EnvironmentSettings.From([new(variable, "x")]));
    }

    [Theory]
    [InlineData("KAFKA_SERVICE_HOST")]
    [InlineData("KAFKA_UI_SERVICE_PORT_HTTP")]
    [InlineData("KAFKA_UI_PORT_8080_TCP_ADDR")]
    [InlineData("KAFKA_PORT", "tcp://10.0.0.1:9092")]
    [InlineData("PATH")]
    [InlineData("KAFKA_OPTS")]
    [InlineData("KAFKA_HEAP_OPTS")]
    [InlineData("KAFKA_JVM_PERFORMANCE_OPTS")]
    [InlineData("KAFKA_LOG4J_LOGGERS")]
    [InlineData("KAFKA_JMX_PORT")]
    [InlineData("KAFKA_PORT_9092_TCP")]
    public void Variables_of_images_and_machines_are_passed_over(string variable, string value = "x")
    {
        Assert.Empty(EnvironmentSettings.From([new(variable, value)]));
    }
}
