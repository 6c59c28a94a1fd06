using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Bench.Load;

/// <summary>Fills a partition with data to be fetched, unless enough is there.</summary>
internal sealed class Preload(LoadPlan plan, int partition)
{
    private const short ProduceVersion = 7;
    private const short FetchVersion = 4;

    public async Task FillAsync(long bytes)
    {
        using var socket = await LoadRun.ConnectAsync(plan.Server);
        var receiver = new FrameReceiver(socket);
        var batch = ProduceConnection.BuildBatch(plan.BatchBytes, plan.RecordBytes);
        var records = Math.Max(batch.Length / (plan.RecordBytes + 10), 1);
        var missing = bytes - (await EndOffsetAsync(socket, receiver) / records * batch.Length);
        var request = ProduceConnection.RequestFor(plan, partition, batch);
        for (; missing > 0; missing -= batch.Length)
        {
            var response = await Topics.AskAsync(socket, receiver, request, ProduceVersion);
            var error = response.Responses[0].PartitionResponses[0].ErrorCode;
            if (error != ErrorCode.None)
                throw new InvalidDataException($"filling partition {partition} failed: {error}");
        }
    }

    private async Task<long> EndOffsetAsync(System.Net.Sockets.Socket socket, FrameReceiver receiver)
    {
        var request = new FetchRequest
        {
            MaxBytes = 1,
            Topics =
            [
                new() { Topic = plan.Topic, Partitions = [new() { Partition = partition, PartitionMaxBytes = 1 }] },
            ],
        };
        var response = await Topics.AskAsync(socket, receiver, request, FetchVersion);
        return response.Responses[0].Partitions[0].HighWatermark;
    }
}
