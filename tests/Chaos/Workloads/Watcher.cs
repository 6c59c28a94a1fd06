using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Chaos.Workloads;

/// <summary>Asks every broker who leads, every leader where its partition ends, the quorum for its leader, and the groups
/// for their offsets, again and again.</summary>
public sealed class Watcher(
    string name, ChaosCluster cluster, Recorder recorder, IReadOnlyList<string> topics, IReadOnlyList<string> groups)
    : Workload(name, cluster, recorder)
{
    private const int PauseMs = 250;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task WorkAsync(string incarnation, CancellationToken stop)
    {
        await using var cluster = new KafkaCluster(Cluster.Client());
        await using var admin = new AdminClient(cluster);
        await Task.WhenAll(
        [
            .. Cluster.Shape.Brokers.Select(id => RepeatAsync(limit => AskBrokerAsync(cluster, id, limit), stop)),
            RepeatAsync(limit => AskForEndsAsync(admin, limit), stop),
            RepeatAsync(limit => AskQuorumAsync(admin, limit), stop),
            .. groups.Select(group => RepeatAsync(limit => AskForOffsetsAsync(admin, group, limit), stop)),
        ]);
    }

    private static async Task RepeatAsync(Func<CancellationToken, Task> ask, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var limit = new CancellationTokenSource(AnswerLimit);
                await ask(limit.Token);
            }
            catch (Exception error) when (error is KafkaException or OperationCanceledException)
            {
                // Somebody is down; that is what the run is about.
            }
            await Task.Delay(PauseMs, CancellationToken.None);
        }
    }

    private async Task AskBrokerAsync(KafkaCluster cluster, int id, CancellationToken limit)
    {
        var incarnation = Cluster.Nodes[id - 1].Incarnation;
        var began = Recorder.NowUs;
        var request = new MetadataRequest
        {
            Topics = [.. topics.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic })],
            AllowAutoTopicCreation = false,
        };
        var answer = await cluster.SendAsync(request, Destination.Node(id), default, limit);
        foreach (var topic in answer.Topics.Where(topic => topic.ErrorCode == ErrorCode.None))
            foreach (var partition in topic.Partitions)
                Recorder.Add(new LeaderSeen(id, incarnation, new TopicPartition(topic.Name!, partition.PartitionIndex),
                    partition.LeaderId, partition.LeaderEpoch) { BeganUs = began, EndedUs = Recorder.NowUs });
    }

    private async Task AskForEndsAsync(AdminClient admin, CancellationToken limit)
    {
        var partitions = (await admin.DescribeTopicsAsync([.. topics], limit))
            .SelectMany(topic => topic.Partitions.Select(p => new TopicPartition(topic.Name, p.Index))).ToList();
        var specs = partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest);
        foreach (var committed in new[] { true, false })
        {
            var began = Recorder.NowUs;
            foreach (var (partition, end) in await admin.ListOffsetsAsync(specs, committed, limit))
                if (end.Error == ErrorCode.None)
                    Recorder.Add(new EndSeen(partition, end.LeaderEpoch, committed, end.Offset)
                    {
                        BeganUs = began,
                        EndedUs = Recorder.NowUs,
                    });
        }
    }

    private async Task AskQuorumAsync(AdminClient admin, CancellationToken limit)
    {
        var began = Recorder.NowUs;
        var quorum = await admin.DescribeQuorumAsync(limit);
        Recorder.Add(new QuorumSeen(quorum.LeaderId, quorum.LeaderEpoch, quorum.HighWatermark)
        {
            BeganUs = began,
            EndedUs = Recorder.NowUs,
        });
    }

    private async Task AskForOffsetsAsync(AdminClient admin, string group, CancellationToken limit)
    {
        var began = Recorder.NowUs;
        foreach (var (partition, offset) in await admin.ListGroupOffsetsAsync(group, cancellation: limit))
            Recorder.Add(new OffsetSeen(group, partition, offset.Offset) { BeganUs = began, EndedUs = Recorder.NowUs });
    }
}
