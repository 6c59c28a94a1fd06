using Platform.Broker.Apis.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Broker.Tests.Apis.ControllerInMemory;
using static Platform.Broker.Tests.Apis.Groups.GroupHandlersFixture;

namespace Platform.Broker.Tests.Apis.Groups;

/// <summary>OffsetCommit and OffsetFetch in all of their versions.</summary>
public sealed class OffsetHandlersTests
{
    private static readonly Uuid UnknownId = new(9, 9);
    private readonly GroupHandlersFixture _fixture = new();

    public static TheoryData<short> NamedVersions => [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task Commits_to_topics_that_do_not_exist_are_refused_one_by_one(short version)
    {
        await _fixture.CreateTopicAsync("t");
        var request = new OffsetCommitRequest { GroupId = "g", Topics = [Named("none"), Named("t"), Named("gone")] };

        var topics = (await CommitAsync(request, version)).Topics;

        Assert.Equal(["none", "t", "gone"], topics.Select(topic => topic.Name));
        Assert.Equal(
            [ErrorCode.UnknownTopicOrPartition, ErrorCode.None, ErrorCode.UnknownTopicOrPartition],
            topics.Select(topic => topic.Partitions[0].ErrorCode));
    }

    [Fact]
    public async Task Since_version_10_topics_are_known_by_their_ids()
    {
        var id = await _fixture.CreateTopicAsync("t");
        var topics = new List<OffsetCommitRequest.OffsetCommitRequestTopic> { Named("", UnknownId), Named("", id) };

        var committed = (await CommitAsync(new OffsetCommitRequest { GroupId = "g", Topics = topics }, 10)).Topics;
        var fetched = await FetchAsync(10, new() { TopicId = UnknownId, PartitionIndexes = [0] }, Asked("", id));

        Assert.Equal([UnknownId, id], committed.Select(topic => topic.TopicId));
        Assert.Equal(
            [ErrorCode.UnknownTopicId, ErrorCode.None],
            committed.Select(topic => topic.Partitions[0].ErrorCode));
        Assert.Equal(
            [(id, 7, ErrorCode.None), (UnknownId, -1, ErrorCode.UnknownTopicId)],
            fetched.Topics.Select(topic =>
                (topic.TopicId, topic.Partitions[0].CommittedOffset, topic.Partitions[0].ErrorCode)));
    }

    [Theory]
    [MemberData(nameof(NamedVersions))]
    public async Task What_was_committed_is_fetched_in_every_version(short version)
    {
        await _fixture.CreateTopicAsync("t");
        await CommitAsync(new OffsetCommitRequest { GroupId = "g", Topics = [Named("t")] }, 8);

        var offset = version < 8 ? await FetchOldAsync(version) : (await FetchAsync(version, Asked("t"))).Topics
            .Select(topic => (topic.Name, topic.Partitions[0].CommittedOffset)).Single();

        Assert.Equal(("t", 7), offset);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public async Task No_topics_means_all_topics(short version)
    {
        await _fixture.CreateTopicAsync("t");
        await CommitAsync(new OffsetCommitRequest { GroupId = "g", Topics = [Named("t")] }, 8);

        var response = await Fetcher().HandleAsync(
            new OffsetFetchRequest { GroupId = "g", Topics = null }, Context(version));

        Assert.Equal("t", Assert.Single(OverTheWire(response, version).Topics).Name);
    }

    [Fact]
    public async Task All_topics_by_id_leave_out_those_that_no_longer_exist()
    {
        var id = await _fixture.CreateTopicAsync("t");
        await CommitAsync(new OffsetCommitRequest { GroupId = "g", Topics = [Named("t")] }, 8);
        _ = _fixture.Host.CommitOffsetAsync(1, "other");

        var fetched = await FetchAsync(10, topics: null);

        Assert.Equal(id, Assert.Single(fetched.Topics).TopicId);
    }

    [Theory]
    [InlineData(1, ErrorCode.None, ErrorCode.NotCoordinator)]
    [InlineData(2, ErrorCode.NotCoordinator, null)]
    [InlineData(7, ErrorCode.NotCoordinator, null)]
    public async Task Errors_of_the_group_are_where_the_version_has_room_for_them(
        short version, ErrorCode top, ErrorCode? partition)
    {
        _fixture.Groups.OnResignation(0);
        var topic = new OffsetFetchRequest.OffsetFetchRequestTopic { Name = "t", PartitionIndexes = [0] };

        var response = OverTheWire(
            await Fetcher().HandleAsync(new OffsetFetchRequest { GroupId = "g", Topics = [topic] }, Context(version)),
            version);

        Assert.Equal(top, response.ErrorCode);
        Assert.Equal(partition, response.Topics.FirstOrDefault()?.Partitions[0].ErrorCode);
    }

    private static OffsetCommitRequest.OffsetCommitRequestTopic Named(string name, Uuid id = default) => new()
    {
        Name = name,
        TopicId = id,
        Partitions = [new OffsetCommitRequest.OffsetCommitRequestPartition { CommittedOffset = 7 }],
    };

    private static OffsetFetchRequest.OffsetFetchRequestTopics Asked(string name, Uuid id = default) =>
        new() { Name = name, TopicId = id, PartitionIndexes = [0] };

    private OffsetFetchHandler Fetcher() => new(_fixture.Groups, () => _fixture.Controller.Image);

    private async Task<OffsetCommitResponse> CommitAsync(OffsetCommitRequest request, short version)
    {
        var handler = new OffsetCommitHandler(_fixture.Groups, () => _fixture.Controller.Image);
        return OverTheWire(await handler.HandleAsync(request, Context(version)), version);
    }

    private async Task<OffsetFetchResponse.OffsetFetchResponseGroup> FetchAsync(
        short version, params OffsetFetchRequest.OffsetFetchRequestTopics[]? topics)
    {
        var group = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = "g", Topics = topics?.ToList() };
        var request = new OffsetFetchRequest { Groups = [group] };
        return Assert.Single(OverTheWire(await Fetcher().HandleAsync(request, Context(version)), version).Groups);
    }

    private async Task<(string Name, long Offset)> FetchOldAsync(short version)
    {
        var topic = new OffsetFetchRequest.OffsetFetchRequestTopic { Name = "t", PartitionIndexes = [0] };
        var request = new OffsetFetchRequest { GroupId = "g", Topics = [topic] };
        var response = OverTheWire(await Fetcher().HandleAsync(request, Context(version)), version);
        return (response.Topics[0].Name, response.Topics[0].Partitions[0].CommittedOffset);
    }
}
