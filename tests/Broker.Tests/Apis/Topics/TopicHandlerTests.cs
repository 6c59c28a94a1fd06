using Platform.Broker.Apis.Topics;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Apis.Topics;

public sealed class TopicHandlerTests
{
    [Fact]
    public async Task A_topic_is_there_when_the_answer_comes()
    {
        var controller = new ControllerInMemory();

        var response = await Create(controller, "orders");

        Assert.Equal(ErrorCode.None, response.Topics[0].ErrorCode);
        Assert.Equal(2, controller.Image.Topics.Find("orders")!.Partitions.Count);
    }

    [Theory]
    [InlineData(2, ErrorCode.InvalidRequest)]
    [InlineData(3, ErrorCode.TopicDeletionDisabled)]
    public async Task Old_clients_get_a_code_that_they_know_when_deletion_is_turned_off(short version,
        ErrorCode expected)
    {
        var controller = new ControllerInMemory("delete.topic.enable=false");
        await Create(controller, "orders");

        var response = await new DeleteTopicsHandler(controller)
            .HandleAsync(new() { TopicNames = ["orders"] }, ControllerInMemory.Context(version));

        Assert.Equal(expected, response!.Responses[0].ErrorCode);
    }

    [Fact]
    public async Task Partitions_are_added()
    {
        var controller = new ControllerInMemory();
        await Create(controller, "orders");

        var response = await new CreatePartitionsHandler(controller).HandleAsync(
            new() { Topics = [new() { Name = "orders", Count = 3, Assignments = null }] },
            ControllerInMemory.Context(3));

        Assert.Equal(ErrorCode.None, response!.Results[0].ErrorCode);
        Assert.Equal(3, controller.Image.Topics.Find("orders")!.Partitions.Count);
    }

    [Fact]
    public void A_failure_is_told_for_every_topic()
    {
        var controller = new ControllerInMemory();

        var created = new CreateTopicsHandler(controller)
            .Fail(new() { Topics = [new() { Name = "a" }, new() { Name = "b" }] }, ErrorCode.RequestTimedOut, "late");
        var deleted = new DeleteTopicsHandler(controller)
            .Fail(new() { Topics = [new() { TopicId = new Uuid(1, 2) }], TopicNames = ["c"] },
            ErrorCode.RequestTimedOut, "late");
        var grown = new CreatePartitionsHandler(controller)
            .Fail(new() { Topics = [new() { Name = "d" }] }, ErrorCode.RequestTimedOut, "late");

        Assert.Equal(["a", "b"], created!.Topics.Select(topic => topic.Name));
        Assert.Equal([null, "c"], deleted!.Responses.Select(topic => topic.Name));
        Assert.Equal(ErrorCode.RequestTimedOut, grown!.Results[0].ErrorCode);
    }

    [Fact]
    public async Task An_election_that_is_not_needed_is_told_so()
    {
        var controller = new ControllerInMemory();
        await Create(controller, "orders");

        var response = await new ElectLeadersHandler(controller).HandleAsync(
            new() { TopicPartitions = [new() { Topic = "orders", Partitions = [0] }] }, ControllerInMemory.Context(2));

        Assert.Equal(ErrorCode.ElectionNotNeeded, response!.ReplicaElectionResults[0].PartitionResult[0].ErrorCode);
    }

    private static async Task<CreateTopicsResponse> Create(ControllerInMemory controller, string name) =>
        (await new CreateTopicsHandler(controller).HandleAsync(
            new() { Topics = [new() { Name = name, NumPartitions = 2, ReplicationFactor = 1 }] },
            ControllerInMemory.Context(7)))!;
}
