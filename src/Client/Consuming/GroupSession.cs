using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;

namespace Platform.Client.Consuming;

/// <summary>
/// Keeps a subscribed consumer in its group. Joining runs in the background; partitions come and go only while the
/// application polls, so that it is never surprised.
/// </summary>
internal sealed class GroupSession(
    ConsumerOptions options, KafkaCluster cluster, PartitionStates states,
    Func<CancellationToken, Task> commitPositions,
    Wakeup wakeup)
{
    private readonly CancellationTokenSource _closing = new();
    private IReadOnlyCollection<string> _topics = [];
    private IRebalanceListener? _listener;
    private Heartbeats? _heartbeats;
    private Task<JoinedGroup>? _joining;
    private IReadOnlyDictionary<string, int>? _divided;
    private IReadOnlyList<TopicPartition> _lastOwned = [];
    private ClusterMetadata? _checked;
    private bool _mustJoin;

    public GroupMember Member { get; } = new(options, cluster);

    public IReadOnlyCollection<string> Topics => _topics;

    /// <summary>True while the member waits for the others of its group.</summary>
    public bool IsRebalancing => _mustJoin || _joining is not null;

    /// <summary>Changes the subscription; takes effect with the next poll.</summary>
    public void Subscribe(IReadOnlyCollection<string> topics, IRebalanceListener? listener)
    {
        _topics = topics;
        _listener = listener;
        _mustJoin = true;
        cluster.MetadataCache.Watch(topics);
    }

    /// <summary>Takes part in whatever the group does.</summary>
    /// <exception cref="KafkaException">The group refuses this member for good.</exception>
    public async Task PollAsync(CancellationToken cancellation)
    {
        _heartbeats?.OnPoll();
        await ActOnVerdictAsync(cancellation);
        JoinAgainIfTopicsChanged(cluster.Metadata);
        if (_joining is { IsCompleted: true } done)
        {
            _joining = null;
            await ApplyAsync(await done, cancellation);
        }
        if (_mustJoin && _joining is null)
            await StartJoiningAsync(cancellation);
    }

    // Only the leader, who divided the partitions, watches over their number.
    private void JoinAgainIfTopicsChanged(ClusterMetadata metadata)
    {
        if (_divided is null || ReferenceEquals(metadata, _checked))
            return;
        _checked = metadata;
        _mustJoin |= PartitionCounts.Differ(_divided, metadata, _divided.Keys.Concat(_topics));
    }

    /// <summary>True when a subscribed topic does not exist, so that metadata should be asked for again soon.</summary>
    public bool LacksTopic => _topics.Any(topic =>
        !cluster.Metadata.Topics.TryGetValue(topic, out var known) || known.Partitions.Count == 0);

    private async Task ActOnVerdictAsync(CancellationToken cancellation)
    {
        switch (_heartbeats?.Verdict)
        {
            case MembershipVerdict.Rejoin:
                _mustJoin = true;
                break;
            case MembershipVerdict.Lost:
                await LoseAllAsync(cancellation);
                _mustJoin = true;
                break;
            case MembershipVerdict.Fenced:
                await LoseAllAsync(cancellation);
                throw new KafkaException(ErrorCode.FencedInstanceId,
                    $"another consumer joined group {options.GroupId} as {options.GroupInstanceId}");
            default:
                break;
        }
    }

    private async Task LoseAllAsync(CancellationToken cancellation)
    {
        StopHeartbeats();
        var lost = states.Partitions;
        _lastOwned = [];
        states.Assign([]);
        if (_listener is not null && lost.Count > 0)
            await _listener.OnPartitionsLostAsync(lost, cancellation);
    }

    private async Task StartJoiningAsync(CancellationToken cancellation)
    {
        _mustJoin = false;
        _divided = null;
        _lastOwned = states.Count > 0 ? states.Partitions : _lastOwned;
        if (!options.IsCooperative)
            await RevokeAsync(states.Partitions, cancellation);
        StopHeartbeats();
        _joining = JoinAsync(options.IsCooperative ? states.Partitions : _lastOwned);
    }

    private async Task<JoinedGroup> JoinAsync(IReadOnlyList<TopicPartition> owned)
    {
        await Task.Yield();
        try
        {
            return await Member.JoinAsync(_topics, owned, _closing.Token);
        }
        catch
        {
            _mustJoin = true;
            throw;
        }
        finally
        {
            wakeup.Set();
        }
    }

    private async Task ApplyAsync(JoinedGroup joined, CancellationToken cancellation)
    {
        var owned = states.Partitions;
        var revoked = owned.Except(joined.Partitions).ToList();
        await RevokeAsync(revoked, cancellation);
        cluster.MetadataCache.Watch([.. joined.Partitions.Select(partition => partition.Topic).Distinct()]);
        states.Assign(joined.Partitions);
        _lastOwned = joined.Partitions;
        _divided = joined.PartitionCounts;
        _checked = null;
        _heartbeats = new Heartbeats(options, Member, wakeup.Set);
        _heartbeats.Start();
        // KIP-429: what was revoked is free only now, so that the group has to divide once more.
        _mustJoin |= revoked.Count > 0;
        if (_listener is not null)
            await _listener.OnPartitionsAssignedAsync(joined.Partitions.Except(owned).ToList(), cancellation);
    }

    private async Task RevokeAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation)
    {
        if (partitions.Count == 0)
            return;
        if (options.EnableAutoCommit)
            await TryCommitAsync(cancellation);
        if (_listener is not null)
            await _listener.OnPartitionsRevokedAsync(partitions, cancellation);
        states.Remove(partitions);
    }

    private async Task TryCommitAsync(CancellationToken cancellation)
    {
        try
        {
            await commitPositions(cancellation);
        }
        catch (KafkaException e)
        {
            LastCommitFailure = e;
        }
    }

    /// <summary>Why the last automatic commit failed, or null. Records since then may be delivered again.</summary>
    public KafkaException? LastCommitFailure { get; private set; }

    private void StopHeartbeats()
    {
        _heartbeats?.Dispose();
        _heartbeats = null;
    }

    /// <summary>Gives the partitions up and leaves the group, where <paramref name="operation"/> says so.</summary>
    public async Task CloseAsync(GroupMembershipOperation operation, CancellationToken cancellation)
    {
        StopHeartbeats();
        await _closing.CancelAsync();
        try
        {
            await RevokeAsync(states.Partitions, cancellation);
            await Member.LeaveAsync("the consumer was closed", operation, cancellation);
        }
        catch (KafkaException e)
        {
            // The coordinator finds out by itself when the session times out.
            LastCommitFailure ??= e;
        }
    }
}
