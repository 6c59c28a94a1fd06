using Platform.Cluster.Configuration;

namespace Platform.Cluster.Tests.Configuration;

public sealed class ListenerTests
{
    [Fact]
    public void Without_advertised_listeners_the_listeners_are_advertised()
    {
        var listeners = Parse("PLAINTEXT://broker1:9092,CONTROLLER://broker1:9093");

        Assert.Equal(["PLAINTEXT://broker1:9092"], listeners.Broker.Select(endPoint => endPoint.ToString()));
        Assert.Equal(["CONTROLLER://broker1:9093"], listeners.Controller.Select(endPoint => endPoint.ToString()));
        Assert.Equal(listeners.All, listeners.Advertised);
        Assert.Equal("PLAINTEXT", listeners.InterBrokerName);
    }

    [Fact]
    public void Addresses_of_IPv6_stand_in_brackets()
    {
        var listeners = Parse("PLAINTEXT://127.0.0.1:9092,CONTROLLER://[::1]:9092");

        Assert.Equal("::1", listeners.All[1].Host);
        Assert.Equal("CONTROLLER://[::1]:9092", listeners.All[1].ToString());
    }

    [Fact]
    public void Port_zero_may_be_used_by_every_listener()
    {
        var listeners = Parse("PLAINTEXT://localhost:0,CONTROLLER://localhost:0");

        Assert.All(listeners.All, endPoint => Assert.Equal(0, endPoint.Port));
    }

    [Fact]
    public void The_controller_may_listen_on_every_interface_without_advertising_an_address()
    {
        var listeners = Parse("PLAINTEXT://localhost:9092,CONTROLLER://0.0.0.0:9093");

        Assert.Equal("0.0.0.0", listeners.Controller.Single().Host);
    }

    [Theory]
    [InlineData("PLAINTEXT://:9092,CONTROLLER://:9092", "", "have the same port; give each listener a port of its own")]
    [InlineData("PLAINTEXT://:9092,PLAINTEXT://:9094,CONTROLLER://:9093", "", "listener PLAINTEXT is there twice")]
    [InlineData("INSIDE://:9092,CONTROLLER://:9093", "",
        "listener INSIDE has no security protocol; add INSIDE:PLAINTEXT")]
    [InlineData("PLAINTEXT://:9092", "", "a controller must listen on CONTROLLER; add CONTROLLER://:9093 to listeners")]
    [InlineData("CONTROLLER://:9093", "", "a broker needs a listener that is not among controller.listener.names")]
    [InlineData("PLAINTEXT://:port,CONTROLLER://:9093", "", "'PLAINTEXT://:port' must be NAME://host:port")]
    [InlineData("PLAINTEXT:9092,CONTROLLER://:9093", "", "'PLAINTEXT:9092' must be NAME://host:port")]
    [InlineData("PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093", "",
        "PLAINTEXT://0.0.0.0:9092 cannot be reached by clients")]
    [InlineData("PLAINTEXT://:9092,CONTROLLER://:9093", "advertised.listeners=SSL://a:1",
    "listener SSL is not in listeners=")]
    [InlineData("PLAINTEXT://:9092,CONTROLLER://:9093", "inter.broker.listener.name=CONTROLLER",
    "is a listener of the controller")]
    [InlineData("PLAINTEXT://:9092,CONTROLLER://:9093", "inter.broker.listener.name=X", "set it to one of PLAINTEXT")]
    [InlineData("PLAINTEXT://:9092,CONTROLLER://:9093", "process.roles=broker", "remove it")]
    [InlineData("PLAINTEXT://:9092,CONTROLLER://:9093", "controller.quorum.voters=2@a:1", "does not list node 1")]
    [InlineData("PLAINTEXT://:9092,CONTROLLER://:9093", "controller.quorum.voters=one@a:1", "must be id@host:port")]
    [InlineData("PLAINTEXT://:9092,CONTROLLER://:9093", "controller.quorum.voters=",
        "must list the controllers as id@host:port")]
    public void What_does_not_fit_is_told_with_what_to_do(string listeners, string more, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => Parse(listeners, more));

        Assert.Contains(expected, error.Message);
    }

    private static NodeListeners Parse(string listeners, string more = "") => BrokerConfig.Parse(
        $"""
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@localhost:9093
        controller.listener.names=CONTROLLER
        listeners={listeners}
        {more}
        """).Node.Listeners;
}
