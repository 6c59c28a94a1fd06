using System.Collections.Concurrent;
using Platform.Api.Hosting;
using Platform.Client.Consuming;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>The consumer instances of this process, by group and name.</summary>
internal sealed class ConsumerInstances(ApiOptions options) : IAsyncDisposable
{
    /// <summary>Instances of one process; each has connections and threads of its own work.</summary>
    public const int MaxInstances = 1_000;

    private readonly ConcurrentDictionary<(string Group, string Name), ConsumerInstance> _instances = new();

    public int Count => _instances.Count;

    /// <summary>Adds an instance. Nothing is asked of Kafka before its first read.</summary>
    /// <exception cref="ProblemException">409 when the name is taken, 503 when there are too many.</exception>
    public ConsumerInstance Create(ConsumerSettings settings)
    {
        var key = (settings.Group, settings.Name);
        if (_instances.ContainsKey(key))
            throw V2Problems.ConsumerExists();
        if (_instances.Count >= MaxInstances)
            throw new ProblemException(50301, $"There are {MaxInstances} consumer instances: delete unused ones.");
        var instance = new ConsumerInstance(settings, OptionsFor(settings));
        return _instances.TryAdd(key, instance) ? instance : throw V2Problems.ConsumerExists();
    }

    /// <summary>The instance, or 404/40403.</summary>
    public ConsumerInstance Require(string group, string name) =>
        _instances.TryGetValue((PathSegment.Decode(group), PathSegment.Decode(name)), out var instance)
            ? instance : throw V2Problems.ConsumerNotFound();

    /// <summary>Removes an instance, which leaves its group.</summary>
    public async Task DeleteAsync(string group, string name)
    {
        if (!_instances.TryRemove((PathSegment.Decode(group), PathSegment.Decode(name)), out var instance))
            throw V2Problems.ConsumerNotFound();
        await instance.DisposeAsync();
    }

    /// <summary>Removes the instances that were not used for consumer.instance.timeout.ms.</summary>
    public async Task ExpireAsync(long nowMs)
    {
        foreach (var (key, instance) in _instances)
        {
            var idleMs = nowMs - instance.LastUsedMs;
            if (idleMs >= options.ConsumerInstanceTimeout.TotalMilliseconds && _instances.TryRemove(key, out _))
                await instance.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances.Values)
            await instance.DisposeAsync();
        _instances.Clear();
    }

    private ConsumerOptions OptionsFor(ConsumerSettings settings) => new()
    {
        BootstrapServers = options.BootstrapServers,
        ClientId = settings.Name,
        GroupId = settings.Group,
        AutoOffsetReset = settings.Reset,
        EnableAutoCommit = false,
        MaxPollIntervalMs = (int)options.ConsumerInstanceTimeout.TotalMilliseconds,
        TimeProvider = options.Time,
    };
}
