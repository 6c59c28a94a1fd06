using Platform.Client.Network;
using Platform.Client.Tests.Fakes;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Tests.Network;

/// <summary>One connection to a scripted broker.</summary>
public sealed class BrokerConnectionTests
{
    private static Task<BrokerConnection> ConnectAsync(FakeCluster cluster, TimeProvider? time = null) =>
        BrokerConnection.ConnectAsync(
            new BrokerEndpoint("127.0.0.1", cluster.Brokers[0].Port),
            new ClientOptions { TimeProvider = time ?? TimeProvider.System, RequestTimeoutMs = 5_000 });

    [Fact]
    public async Task The_newest_common_version_is_used()
    {
        await using var cluster = new FakeCluster { Versions = new() { [ApiKey.Metadata] = (2, 5) } };
        using var connection = await ConnectAsync(cluster);

        await connection.SendAsync(new MetadataRequest());

        Assert.Equal(5, cluster.Requests.Single(exchange => exchange.Key == ApiKey.Metadata).Version);
    }

    [Fact]
    public async Task A_request_without_a_common_version_is_refused_with_both_ranges()
    {
        await using var cluster = new FakeCluster { Versions = new() { [ApiKey.Metadata] = (90, 99) } };
        using var connection = await ConnectAsync(cluster);

        var failure = await Assert.ThrowsAsync<KafkaException>(() => connection.SendAsync(new MetadataRequest())
            .AsTask());

        Assert.Equal(ErrorCode.UnsupportedVersion, failure.Code);
        Assert.Contains("the broker offers versions 90-99, this client needs 0-13", failure.Message);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(-1, 0)]
    public async Task A_broker_that_does_not_know_our_ApiVersions_is_asked_again_in_a_version_it_knows(int named,
        int expected)
    {
        await using var cluster = new FakeCluster();
        cluster.Interfere<ApiVersionsRequest>(1, _ => new Reaction.Respond(Refusal((short)named), Version: 0));

        using var connection = await ConnectAsync(cluster);

        Assert.Equal(expected, cluster.Requests.Last().Version);
        Assert.True(connection.Versions.Supports(ApiKey.Produce));
    }

    private static ApiVersionsResponse Refusal(short maxVersion) => new()
    {
        ErrorCode = ErrorCode.UnsupportedVersion,
        ApiKeys = maxVersion < 0 ? []
            : [new() { ApiKey = (short)ApiKey.ApiVersions, MinVersion = 0, MaxVersion = maxVersion }],
    };

    [Fact]
    public async Task Pipelined_requests_get_their_own_answers()
    {
        await using var cluster = new FakeCluster();
        for (var i = 0; i < 50; i++)
            cluster.WithTopic($"topic-{i}");
        using var connection = await ConnectAsync(cluster);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            connection.SendAsync(new MetadataRequest { Topics = [new() { Name = $"topic-{i}" }] }).AsTask()));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"topic-{i}"),
            answers.Select(answer => answer.Topics.Single().Name));
    }

    [Fact]
    public async Task A_missing_answer_ends_the_connection_after_request_timeout()
    {
        await using var cluster = new FakeCluster();
        var asked = new TaskCompletionSource();
        cluster.Interfere<MetadataRequest>(1, _ => Noting(asked, new Reaction.Ignore()));
        var time = new ManualTimeProvider();
        using var connection = await ConnectAsync(cluster, time);
        var request = connection.SendAsync(new MetadataRequest()).AsTask();
        await asked.Task;

        time.Advance(TimeSpan.FromSeconds(5));

        var failure = await Assert.ThrowsAsync<KafkaException>(() => request);
        Assert.Equal(ErrorCode.RequestTimedOut, failure.Code);
        Assert.False(connection.IsOpen);
    }

    private static Reaction Noting(TaskCompletionSource asked, Reaction reaction)
    {
        asked.TrySetResult();
        return reaction;
    }

    [Fact]
    public async Task A_frame_that_breaks_off_fails_every_request_that_waits()
    {
        await using var cluster = new FakeCluster();
        cluster.Interfere<MetadataRequest>(1, _ => new Reaction.DisconnectMidFrame(new MetadataResponse()));
        using var connection = await ConnectAsync(cluster);

        var requests = Enumerable.Range(0, 3).Select(_ => connection.SendAsync(new MetadataRequest()).AsTask())
            .ToList();

        foreach (var request in requests)
            Assert.Equal(ErrorCode.NetworkException, (await Assert.ThrowsAsync<KafkaException>(() => request)).Code);
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        await using var cluster = new FakeCluster().WithTopic("wide", partitions: 5_000);
        using var connection = await ConnectAsync(cluster);

        var answer = await connection.SendAsync(new MetadataRequest { Topics = [new() { Name = "wide" }] });

        Assert.Equal(5_000, answer.Topics.Single().Partitions.Count);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_named()
    {
        var closed = new FakeCluster();
        await closed.DisposeAsync();

        var failure = await Assert.ThrowsAsync<KafkaException>(() => ConnectAsync(closed));

        Assert.Contains($"cannot connect to 127.0.0.1:{closed.Brokers[0].Port}", failure.Message);
    }
}
