using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Client.Metadata;

/// <summary>
/// Asks the leader of each of many partitions, and asks again, after new metadata, for those whose leader had moved.
/// </summary>
internal sealed class LeaderRequests<TValue>(KafkaCluster cluster)
{
    /// <summary>Rounds after which an unknown topic is taken to be none, rather than one that is being
    /// created.</summary>
    private const int RoundsUntilUnknownIsFinal = 3;

    private int _round;

    /// <summary>Asks one leader about its partitions; the errors of single partitions are in the answer.</summary>
    public delegate Task<IReadOnlyDictionary<TopicPartition, (ErrorCode Error, TValue Value)>> AskLeader(
        int nodeId, IReadOnlyList<TopicPartition> partitions, CancellationToken cancellation);

    /// <summary>Asks until every partition has an answer that is final, or time is up.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, (ErrorCode Error, TValue Value)>> RunAsync(
        IReadOnlyCollection<TopicPartition> partitions, AskLeader ask, CancellationToken cancellation)
    {
        var done = new Dictionary<TopicPartition, (ErrorCode Error, TValue Value)>();
        try
        {
            await cluster.RetryAsync(async token =>
            {
                await RoundAsync(partitions, done, ask, token);
                return done.Count;
            }, cancellation);
        }
        catch (KafkaException e) when (e.IsRetriable && partitions.Any(partition => done.ContainsKey(partition)))
        {
            foreach (var partition in partitions.Where(partition => !done.ContainsKey(partition)))
                done[partition] = (e.Code, default!);
        }
        return done;
    }

    private async Task RoundAsync(
        IReadOnlyCollection<TopicPartition> partitions,
        Dictionary<TopicPartition, (ErrorCode Error, TValue Value)> done,
        AskLeader ask, CancellationToken cancellation)
    {
        _round++;
        var open = partitions.Where(partition => !done.ContainsKey(partition)).ToList();
        var topics = open.Select(partition => partition.Topic).Distinct().ToList();
        var metadata = await cluster.GetMetadataAsync(topics, cancellation);
        var byLeader = open.GroupBy(partition => metadata.LeaderOf(partition)?.Id ?? -1).ToList();
        KafkaException? failure = null;
        foreach (var partition in byLeader.Where(group => group.Key < 0).SelectMany(group => group))
            Settle(partition, (MissingError(metadata, partition), default!), done, ref failure);
        var answers = await Task.WhenAll(byLeader.Where(group => group.Key >= 0)
            .Select(group => AskSafelyAsync(group.Key, [.. group], ask, cancellation)));
        foreach (var (partition, answer) in answers.SelectMany(answer => answer))
            Settle(partition, answer, done, ref failure);
        if (failure is null)
            return;
        await cluster.RefreshMetadataAsync(topics, cancellation);
        throw failure;
    }

    private void Settle(
        TopicPartition partition, (ErrorCode Error, TValue Value) answer,
        Dictionary<TopicPartition, (ErrorCode Error, TValue Value)> done, ref KafkaException? failure)
    {
        var unknown = answer.Error == ErrorCode.UnknownTopicOrPartition && _round >= RoundsUntilUnknownIsFinal;
        if (answer.Error.IsRetriable() && !unknown)
            failure ??= KafkaException.For(answer.Error, $"{partition}");
        else
            done[partition] = answer;
    }

    private static ErrorCode MissingError(ClusterMetadata metadata, TopicPartition partition)
    {
        if (metadata.Topics.TryGetValue(partition.Topic, out var topic) && topic.Error != ErrorCode.None)
            return topic.Error;
        return metadata.Partition(partition) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.LeaderNotAvailable;
    }

    private static async Task<IReadOnlyDictionary<TopicPartition, (ErrorCode Error, TValue Value)>> AskSafelyAsync(
        int nodeId, IReadOnlyList<TopicPartition> partitions, AskLeader ask, CancellationToken cancellation)
    {
        try
        {
            return await ask(nodeId, partitions, cancellation);
        }
        catch (KafkaException e)
        {
            return partitions.ToDictionary(partition => partition, _ => (e.Code, default(TValue)!));
        }
    }
}
