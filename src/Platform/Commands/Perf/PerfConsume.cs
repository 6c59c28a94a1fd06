using System.CommandLine;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Commands.Perf;

/// <summary>`platform perf consume`: how fast a topic can be read from its beginning.</summary>
internal static class PerfConsume
{
    private static readonly Argument<string> Topic = new("topic") { Description = "Topic to read." };
    private static readonly Option<long> Records = new("--records", "-n") { DefaultValueFactory = _ => 1_000_000 };

    /// <summary>The verb.</summary>
    public static Command Create() => ClientCommand.For("consume", "Measure consuming.", RunAsync, Topic, Records);

    private static async Task RunAsync(
        ClientOptions client, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = client.BootstrapServers,
            ClientId = client.ClientId,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            MaxPollRecords = 10_000,
        });
        await using (var admin = new AdminClient(client))
        {
            var topic = await admin.DescribeTopicAsync(parsed.GetValue(Topic)!, cancellation);
            consumer.Assign(topic.Partitions.Select(p => new TopicPartition(topic.Name, p.Index)));
        }
        using var progress = new PerfProgress(output, latencies: null);
        for (var left = parsed.GetValue(Records); left > 0;)
        {
            var results = await consumer.PollAsync(TimeSpan.FromSeconds(10), cancellation);
            if (results.Count == 0)
                break;
            long bytes = 0;
            foreach (var result in results)
                bytes += (result.Key?.Length ?? 0) + (result.Value?.Length ?? 0);
            progress.Add(results.Count, bytes);
            left -= results.Count;
        }
        progress.Finish("consume");
    }
}
