using Platform.Broker.Apis.Cluster;
using Platform.Protocol;

namespace Platform.Broker.Tests.Apis.Cluster;

public sealed class DescribeClusterHandlerTests
{
    private readonly ControllerInMemory _controller = new();
    private readonly DescribeClusterHandler _handler;

    public DescribeClusterHandlerTests()
    {
        _controller.AddBroker(2, fenced: true);
        _handler = new DescribeClusterHandler(_controller.Metadata);
    }

    [Fact]
    public async Task Brokers_are_told_with_the_addresses_of_the_listener_that_was_asked()
    {
        var response = await _handler.HandleAsync(new(), ControllerInMemory.Context(2, "INSIDE"));

        Assert.Equal(("cluster", 1), (response!.ClusterId, response.ControllerId));
        Assert.Equal([(1, "inside1", 9094)],
            response.Brokers.Select(broker => (broker.BrokerId, broker.Host, broker.Port)));
    }

    [Fact]
    public async Task Fenced_brokers_are_told_on_request()
    {
        var response = await _handler.HandleAsync(new() { IncludeFencedBrokers = true }, ControllerInMemory.Context(2));

        Assert.Equal([(1, false), (2, true)], response!.Brokers.Select(broker => (broker.BrokerId, broker.IsFenced)));
    }

    [Theory]
    [InlineData(2, ErrorCode.MismatchedEndpointType)]
    [InlineData(3, ErrorCode.UnsupportedEndpointType)]
    public async Task Other_endpoints_than_those_of_brokers_are_refused(sbyte type, ErrorCode expected)
    {
        var response = await _handler.HandleAsync(new() { EndpointType = type }, ControllerInMemory.Context(2));

        Assert.Equal(expected, response!.ErrorCode);
    }
}
