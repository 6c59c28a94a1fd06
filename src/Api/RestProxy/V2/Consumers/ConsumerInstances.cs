using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2.Consumers.Ownership;
using Platform.Client;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>The consumer instances that this process owns, by group and name.</summary>
internal sealed class ConsumerInstances : IAsyncDisposable
{
    /// <summary>Instances of one process; each has connections and threads of its own work.</summary>
    public const int MaxInstances = 1_000;

    private const string StaticMemberPrefix = "rest.";
    private const int MaxStaticMemberName = 200;

    private readonly ConcurrentDictionary<InstanceKey, ConsumerInstance> _instances = new();
    private readonly SemaphoreSlim _claiming = new(1, 1);
    private readonly ApiOptions _options;
    private readonly InstanceLog _log;
    private readonly InstanceSaver _saver;

    public ConsumerInstances(ApiOptions options, InstanceLog log, InstanceSaver saver)
    {
        _options = options;
        _log = log;
        _saver = saver;
        log.Lost = OnLost;
        log.Covered = key => _ = RepeatAsync(key);
    }

    public int Count => _instances.Count;

    /// <summary>True when other processes can go on with the instances.</summary>
    public bool AreKept => _log.IsKept;

    /// <summary>Adds an instance. Nothing is asked of its group before its first read.</summary>
    /// <exception cref="ProblemException">409 when the name is taken, 503 when there are too many.</exception>
    public async Task<ConsumerInstance> CreateAsync(ConsumerSettings settings, CancellationToken cancellation)
    {
        var key = new InstanceKey(settings.Group, settings.Name);
        if (_instances.ContainsKey(key))
            throw V2Problems.ConsumerExists();
        RequireRoom();
        await _log.OpenAsync(cancellation);
        if (await _log.FindAsync(key, cancellation) is not null)
            throw V2Problems.ConsumerExists();
        var instance = new ConsumerInstance(settings, OptionsFor(settings));
        return await TryOwnAsync(key, instance, instance.Describe(_log.Self)) ? instance : throw V2Problems.ConsumerExists();
    }

    /// <summary>Goes on with an instance that another process, or this one before it was started again, has left.</summary>
    /// <returns>False when another process was faster.</returns>
    public async Task<bool> AdoptAsync(InstanceState state)
    {
        RequireRoom();
        var epoch = state.Epoch + 1;
        var instance = new ConsumerInstance(state.Settings, OptionsFor(state.Settings)) { Epoch = epoch };
        instance.Restore(state);
        return await TryOwnAsync(state.Key, instance, state with { Epoch = epoch, LastUsedMs = instance.NowMs });
    }

    /// <summary>The instance when this process owns it, or null.</summary>
    public ConsumerInstance? Find(InstanceKey key) => _instances.GetValueOrDefault(key);

    /// <summary>The instance, or 404/40403.</summary>
    public ConsumerInstance Require(string group, string name) =>
        Find(new InstanceKey(PathSegment.Decode(group), PathSegment.Decode(name))) ?? throw V2Problems.ConsumerNotFound();

    /// <summary>Waits for an instance's turn; how the instance stands is written down when the turn ends.</summary>
    public async Task<IAsyncDisposable> EnterAsync(ConsumerInstance instance, HttpContext context) =>
        new InstanceTurn(await instance.EnterAsync(context.RequestAborted), instance, _saver, context);

    /// <summary>Removes an instance, which leaves its group.</summary>
    public Task DeleteAsync(string group, string name)
    {
        var key = new InstanceKey(PathSegment.Decode(group), PathSegment.Decode(name));
        return EndAsync(key, Find(key) ?? throw V2Problems.ConsumerNotFound());
    }

    /// <summary>Removes the instances that were not used for consumer.instance.timeout.ms.</summary>
    public async Task ExpireAsync(long nowMs)
    {
        var timeoutMs = _options.ConsumerInstanceTimeout.TotalMilliseconds;
        foreach (var (key, instance) in _instances)
        {
            if (nowMs - instance.LastUsedMs >= timeoutMs)
                await EndAsync(key, instance);
        }
        // Nobody owns these any more: an owner writes down that they are used well before.
        foreach (var state in _log.Known.Where(one => nowMs - one.LastUsedMs >= timeoutMs * InstanceSaver.OrphanFactor))
        {
            if (!_instances.ContainsKey(state.Key))
                await _log.RemoveAsync(state.Key);
        }
    }

    /// <summary>Writes down how the instances stand, so that the next process goes on with them.</summary>
    public async ValueTask DisposeAsync()
    {
        // Together: a cluster that does not answer must hold a stop up once, not once for each.
        await Task.WhenAll(_instances.Values.Select(StopAsync));
        _instances.Clear();
    }

    private Task StopAsync(ConsumerInstance instance) => instance.CloseAsync(
        AreKept ? GroupMembershipOperation.RemainInGroup : GroupMembershipOperation.LeaveGroup, mayCommit: true,
        () => _saver.TrySaveAsync(instance));

    private async Task<bool> TryOwnAsync(InstanceKey key, ConsumerInstance instance, InstanceState state)
    {
        await _claiming.WaitAsync();
        try
        {
            var claim = state with { Owner = _log.Self, IsClaim = true };
            // While this waited, another request may have made it.
            if (!_instances.ContainsKey(key) && await _log.ClaimAsync(claim, CancellationToken.None)
                && _instances.TryAdd(key, instance))
                return true;
        }
        finally
        {
            _claiming.Release();
        }
        await instance.CloseAsync(GroupMembershipOperation.RemainInGroup, mayCommit: false);
        return _instances.ContainsKey(key) && state.Epoch > 1;
    }

    private async Task EndAsync(InstanceKey key, ConsumerInstance instance)
    {
        await instance.CloseAsync(GroupMembershipOperation.LeaveGroup, mayCommit: true, () => _log.RemoveAsync(key));
        _instances.TryRemove(KeyValuePair.Create(key, instance));
    }

    // Another process has it: here it ends without a word to its group, which knows its successor.
    private void OnLost(InstanceKey key)
    {
        if (_instances.TryRemove(key, out var instance))
            _ = instance.CloseAsync(GroupMembershipOperation.RemainInGroup, mayCommit: false);
    }

    private async Task RepeatAsync(InstanceKey key)
    {
        if (Find(key) is { } instance)
            await _saver.TrySaveAsync(instance);
    }

    private void RequireRoom()
    {
        if (_instances.Count >= MaxInstances)
            throw new ProblemException(50301, $"There are {MaxInstances} consumer instances: delete unused ones.");
    }

    private ConsumerOptions OptionsFor(ConsumerSettings settings) => new()
    {
        BootstrapServers = _options.BootstrapServers,
        ClientId = settings.Name,
        GroupId = settings.Group,
        GroupInstanceId = _log.IsKept ? StaticMemberName(settings.Name) : null,
        AutoOffsetReset = settings.Reset,
        EnableAutoCommit = false,
        MaxPollIntervalMs = (int)_options.ConsumerInstanceTimeout.TotalMilliseconds,
        TimeProvider = _options.Time,
    };

    // KIP-345: the process that goes on with an instance takes its predecessor's place in the group without a rebalance,
    // and the predecessor is fenced. Kafka takes only the characters of topic names.
    private static string StaticMemberName(string name) =>
        name.Length <= MaxStaticMemberName && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-')
            ? StaticMemberPrefix + name
            : StaticMemberPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
