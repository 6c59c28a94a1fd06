using System.Diagnostics;
using System.Net.Sockets;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Bench.Load;

/// <summary>Creates the topic of a plan where the server can, and waits until each partition has a leader.</summary>
internal static class Topics
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task EnsureAsync(LoadPlan plan, TimeSpan? retry = null)
    {
        using var socket = await LoadRun.ConnectAsync(plan.Server);
        var receiver = new FrameReceiver(socket);
        var versions = await AskAsync<ApiVersionsResponse>(socket, receiver, new ApiVersionsRequest(), 0);
        if (versions.ApiKeys.Any(api => api.ApiKey == (short)ApiKey.CreateTopics))
            await CreateAsync(socket, receiver, plan);

        for (var clock = Stopwatch.StartNew(); !await IsLedAsync(socket, receiver, plan);)
        {
            if (clock.Elapsed > Patience)
                throw new InvalidDataException($"topic {plan.Topic} has no leaders after {Patience.TotalSeconds} s");
            await Task.Delay(retry ?? TimeSpan.FromMilliseconds(100));
        }
    }

    private static async Task CreateAsync(Socket socket, FrameReceiver receiver, LoadPlan plan)
    {
        var request = new CreateTopicsRequest
        {
            Topics = [new() { Name = plan.Topic, NumPartitions = plan.FirstPartition + plan.Partitions, ReplicationFactor = 1 }],
            TimeoutMs = 10_000,
        };
        var response = await AskAsync<CreateTopicsResponse>(socket, receiver, request, 4);
        var error = response.Topics[0].ErrorCode;
        if (error is not (ErrorCode.None or ErrorCode.TopicAlreadyExists))
            throw new InvalidDataException($"creating {plan.Topic} failed: {error} {response.Topics[0].ErrorMessage}");
    }

    private static async Task<bool> IsLedAsync(Socket socket, FrameReceiver receiver, LoadPlan plan)
    {
        var request = new MetadataRequest { Topics = [new() { Name = plan.Topic }] };
        var response = await AskAsync<MetadataResponse>(socket, receiver, request, 1);
        var topic = response.Topics[0];
        return topic.ErrorCode == ErrorCode.None
            && topic.Partitions.Count >= plan.FirstPartition + plan.Partitions
            && topic.Partitions.All(p => p.LeaderId >= 0);
    }

    internal static async Task<TResponse> AskAsync<TResponse>(
        Socket socket, FrameReceiver receiver, IRequest<TResponse> request, short version)
        where TResponse : IResponse, new()
    {
        await socket.SendAsync(RequestFrame.Encode(request, version));
        var frame = await receiver.ReceiveAsync() ?? throw new InvalidDataException("the server closed the connection");
        return RequestFrame.Decode<TResponse>(frame, version);
    }
}
