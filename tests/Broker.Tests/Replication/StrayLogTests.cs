using System.Text;
using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Replication;

/// <summary>Directories of partitions that a broker hosts no more, because of what happened while it was down.</summary>
public sealed class StrayLogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_log_of_a_topic_that_does_not_exist_is_set_aside_with_its_records()
    {
        await using var cluster = await WithTopicAsync("known");
        await cluster.StopAsync(1);
        var ghost = Path.Combine(cluster.DirectoryOf(1), "ghost-0");
        Copy(Path.Combine(cluster.DirectoryOf(1), "known-0"), ghost);
        Rename(ghost, Uuid.Random());

        await cluster.StartAsync(1);

        Assert.False(Directory.Exists(ghost));
        var stray = Assert.Single(Directory.GetDirectories(cluster.DirectoryOf(1), "ghost-0.*-stray"));
        Assert.True(new FileInfo(Path.Combine(stray, "00000000000000000000.log")).Length > 0);
        Assert.True(Directory.Exists(Path.Combine(cluster.DirectoryOf(1), "known-0")));
        Assert.Empty(Directory.GetDirectories(cluster.DirectoryOf(1), "known-0.*-stray"));
    }

    [Fact]
    public async Task A_log_of_an_earlier_topic_of_the_same_name_gives_way_to_the_new_one()
    {
        await using var cluster = await WithTopicAsync("again");
        await cluster.StopAsync(1);
        Rename(Path.Combine(cluster.DirectoryOf(1), "again-0"), Uuid.Random());

        await cluster.StartAsync(1);
        var log = await WhenHostedAsync(cluster, "again");

        Assert.Equal(0, log.LogEndOffset);
        Assert.Single(Directory.GetDirectories(cluster.DirectoryOf(1), "again-0.*-stray"));
        await SendAsync(cluster, "again");
        Assert.Equal(1, log.LogEndOffset);
    }

    [Fact]
    public async Task A_restart_sets_nothing_aside_that_is_hosted()
    {
        await using var cluster = await WithTopicAsync("kept");

        await cluster.KillAsync(1);
        await cluster.StartAsync(1);

        Assert.Empty(Directory.GetDirectories(cluster.DirectoryOf(1), "*-stray"));
        Assert.Equal(1, (await WhenHostedAsync(cluster, "kept")).LogEndOffset);
    }

    private static async Task<TestCluster> WithTopicAsync(string topic)
    {
        var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic(topic, 1, 1)]);
        await SendAsync(cluster, topic);
        return cluster;
    }

    private static async Task SendAsync(TestCluster cluster, string topic)
    {
        await using var producer = cluster.Producer();
        await producer.SendAsync(new ProducerRecord(topic, Encoding.UTF8.GetBytes("record")) { Partition = 0 });
    }

    private static async Task<Platform.Storage.UnifiedLog> WhenHostedAsync(TestCluster cluster, string topic)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (cluster.Running[1].Logs.Get(new TopicPartition(topic, 0)) is { } log)
                return log;
            Assert.False(patience.IsCancellationRequested, $"{topic} was not made");
            await Task.Yield();
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static void Rename(string directory, Uuid topicId) =>
        File.WriteAllText(Path.Combine(directory, "partition.metadata"), $"version: 0\ntopic_id: {topicId}");
}
