using System.Text;
using Platform.Client.Admin;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Hosting;

/// <summary>Topics with platform.flush.on.ack: acknowledged means on the disks of all replicas in sync.</summary>
public sealed class FlushOnAckTests
{
    [Theory, InlineData(1), InlineData(3)]
    public async Task Records_are_acknowledged_when_they_are_flushed_on_every_replica(short replicas)
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic("safe", 1, replicas)
        {
            Configs = new Dictionary<string, string?>
            {
                ["platform.flush.on.ack"] = "true", ["min.insync.replicas"] = $"{replicas}",
            },
        }]);
        await using var producer = cluster.Producer();

        for (var i = 0; i < 5; i++)
        {
            var sent = await producer.SendAsync(new ProducerRecord("safe", Encoding.UTF8.GetBytes($"{i}")) { Partition = 0 });

            var logs = cluster.Running.Values.Select(node => node.Logs.Get(new TopicPartition("safe", 0))).OfType<Storage.UnifiedLog>().ToList();
            Assert.Equal(replicas, logs.Count);
            Assert.All(logs, log => Assert.True(log.RecoveryPoint > sent.Offset, $"{log.RecoveryPoint} after {sent.Offset}"));
        }
    }
}
