using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Client.Consuming;

/// <summary>
/// Finds where to begin: the committed offset, or else what <c>auto.offset.reset</c> says. Looks up in the background;
/// the results take effect when the application polls.
/// </summary>
internal sealed class PositionResolver(ConsumerOptions options, KafkaCluster cluster, PartitionStates states,
    Wakeup wakeup)
{
    private sealed record Question(PartitionState State, int SeekCount, long? Target);

    private sealed record Answer(Question Question, OffsetAndMetadata Position);

    private readonly CancellationTokenSource _closing = new();
    private Task<List<Answer>>? _running;

    /// <summary>Takes over what was found, and starts looking for what is still missing.</summary>
    /// <exception cref="KafkaException">There is no offset to begin at, or it may not be asked for.</exception>
    public void Poll()
    {
        if (_running is { IsCompleted: true } done)
        {
            _running = null;
            Apply(done.GetAwaiter().GetResult());
        }
        if (_running is not null)
            return;
        var open = states.All.Where(state => !state.HasPosition)
            .Select(state => new Question(state, state.SeekCount, state.SeekTarget)).ToList();
        if (open.Count > 0)
            _running = RunAsync(open);
    }

    private void Apply(List<Answer> answers)
    {
        foreach (var (question, position) in answers)
            if (question.State.SeekCount == question.SeekCount
                && states.Find(question.State.Partition) == question.State)
                question.State.Seek(position.Offset, position.LeaderEpoch);
    }

    private async Task<List<Answer>> RunAsync(List<Question> questions)
    {
        await Task.Yield();
        try
        {
            var answers = await FindCommittedAsync([.. questions.Where(question => question.Target is null)]);
            var known = answers.Select(answer => answer.Question).ToHashSet();
            answers.AddRange(await LookUpAsync([.. questions.Where(question => !known.Contains(question))]));
            return answers;
        }
        catch (KafkaException e) when (e.IsRetriable)
        {
            return [];
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return [];
        }
        finally
        {
            wakeup.Set();
        }
    }

    private async Task<List<Answer>> FindCommittedAsync(List<Question> questions)
    {
        if (options.GroupId is not { } groupId || questions.Count == 0)
            return [];
        var partitions = questions.ConvertAll(question => question.State.Partition);
        var committed = await cluster.RetryAsync(
            token => OffsetFetcher.FetchAsync(cluster, groupId, partitions, options.IsReadCommitted, token),
            _closing.Token,
            _ => cluster.ForgetCoordinator(Destination.GroupCoordinator(groupId)));
        return [.. questions.Where(question => committed.ContainsKey(question.State.Partition))
            .Select(question => new Answer(question, committed[question.State.Partition]))];
    }

    private async Task<List<Answer>> LookUpAsync(List<Question> questions)
    {
        if (questions.Count == 0)
            return [];
        var specs = questions.ToDictionary(
            question => question.State.Partition, question => SpecOf(question));
        var found = await OffsetLookup.RunAsync(cluster, specs, options.IsReadCommitted, _closing.Token);
        var answers = new List<Answer>();
        foreach (var question in questions)
        {
            var result = found[question.State.Partition];
            if (!result.Error.IsRetriable())
                KafkaException.ThrowIfError(result.Error, $"offset of {question.State.Partition}");
            if (result.Offset >= 0)
                answers.Add(new Answer(question, new OffsetAndMetadata(result.Offset)));
        }
        return answers;
    }

    private OffsetSpec SpecOf(Question question)
    {
        if (question.Target is null && options.AutoOffsetReset == AutoOffsetReset.None)
            throw new KafkaException(ErrorCode.OffsetOutOfRange,
                $"{question.State.Partition} has no committed offset, and auto.offset.reset is none: seek first");
        var target = question.Target ?? ResetTarget(options.AutoOffsetReset);
        return target == OffsetSpec.Earliest.Timestamp ? OffsetSpec.Earliest : OffsetSpec.Latest;
    }

    /// <summary>Where <c>auto.offset.reset</c> leads, in ListOffsets' numbers.</summary>
    public static long ResetTarget(AutoOffsetReset reset) =>
        reset == AutoOffsetReset.Earliest ? OffsetSpec.Earliest.Timestamp : OffsetSpec.Latest.Timestamp;

    public void Close() => _closing.Cancel();
}
