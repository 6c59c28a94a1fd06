using System.Text;

namespace Platform.Chaos.Nodes;

/// <summary>
/// A switch with a network namespace for each node; the clients sit at the switch. Works only inside of the namespace that
/// chaos.sh makes (see <see cref="IsPrivate"/>), so that nothing of it outlives the run. Without, nodes have addresses of
/// the loopback network, and faults of the network cannot be had.
/// </summary>
public sealed class Network
{
    private readonly Dictionary<int, HashSet<int>> _deafTo = [];
    private readonly Dictionary<int, int> _lossPercent = [];
    private readonly HashSet<int> _silent = [];
    private readonly int _nodes;
    private readonly string _prefix;

    private Network(int nodes)
    {
        _nodes = nodes;
        _prefix = IsPrivate ? "10.77.0" : $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}";
    }

    /// <summary>True inside of namespaces of our own.</summary>
    public static bool IsPrivate { get; } = Environment.GetEnvironmentVariable("CHAOS_NAMESPACE") == "1";

    /// <summary>True when partitions and loss can be made.</summary>
    public static bool CanBreak => IsPrivate && Shell.Has("nft");

    /// <summary>Builds the switch and its cables.</summary>
    public static async Task<Network> CreateAsync(int nodes)
    {
        var network = new Network(nodes);
        if (!IsPrivate)
            return network;
        await Shell.RunAsync("ip", "link add br0 type bridge");
        await Shell.RunAsync("ip", "addr add 10.77.0.254/24 dev br0");
        await Shell.RunAsync("ip", "link set br0 up");
        for (var node = 1; node <= nodes; node++)
            await network.PlugInAsync(node);
        return network;
    }

    /// <summary>Takes the switch away.</summary>
    public async Task RemoveAsync()
    {
        if (!IsPrivate)
            return;
        for (var node = 1; node <= _nodes; node++)
        {
            // The cable first: a namespace goes only when the last of its sockets is gone.
            await Shell.RunAsync("ip", $"link del v{node}");
            await Shell.RunAsync("ip", $"netns del n{node}");
        }
        await Shell.RunAsync("ip", "link del br0");
    }

    /// <summary>Address of a node.</summary>
    public string AddressOf(int node) => $"{_prefix}.{node}";

    /// <summary>What stands before the command of a node. Not `ip netns exec`, which copies the mounts for each node: a disk
    /// whose power is cut could not be unmounted then.</summary>
    public static string Prefix(int node) => IsPrivate ? $"nsenter --net=/run/netns/n{node} " : "";

    /// <summary>From now on <paramref name="node"/> hears nothing of the others. Id 254 means the clients.</summary>
    public Task DeafenAsync(int node, IEnumerable<int> to)
    {
        _deafTo[node] = [.. to];
        return ApplyAsync(node);
    }

    /// <summary>The clients hear nothing of a node, which hears them: requests are done, and their answers are lost.</summary>
    public Task SilenceAsync(int node)
    {
        _silent.Add(node);
        return ApplyAsync(node);
    }

    /// <summary>Cuts a node off from others, both ways.</summary>
    public async Task CutAsync(int node, IReadOnlyCollection<int> from)
    {
        await DeafenAsync(node, from);
        foreach (var other in from.Where(other => other <= _nodes))
            await DeafenAsync(other, (_deafTo.GetValueOrDefault(other) ?? []).Append(node));
    }

    /// <summary>A node loses this many of 100 packets that it receives.</summary>
    public Task LoseAsync(int node, int percent)
    {
        _lossPercent[node] = percent;
        return ApplyAsync(node);
    }

    /// <summary>Everything arrives again.</summary>
    public async Task HealAsync()
    {
        var broken = _deafTo.Keys.Concat(_lossPercent.Keys).Concat(_silent).Distinct().ToList();
        _deafTo.Clear();
        _lossPercent.Clear();
        _silent.Clear();
        foreach (var node in broken)
            await ApplyAsync(node);
    }

    private async Task PlugInAsync(int node)
    {
        await Shell.RunAsync("ip", $"netns add n{node}");
        await Shell.RunAsync("ip", $"link add v{node} type veth peer name eth0 netns n{node}");
        await Shell.RunAsync("ip", $"link set v{node} master br0 up");
        await Shell.RunAsync("ip", $"-n n{node} addr add {AddressOf(node)}/24 dev eth0");
        await Shell.RunAsync("ip", $"-n n{node} link set eth0 up");
        await Shell.RunAsync("ip", $"-n n{node} link set lo up");
    }

    // The whole table each time: a fault is a state, not a change.
    private Task ApplyAsync(int node)
    {
        var rules = new StringBuilder("table inet chaos\ndelete table inet chaos\ntable inet chaos {\n")
            .Append(" chain heard {\n  type filter hook input priority 0;\n  iifname \"lo\" accept\n");
        if (_deafTo.GetValueOrDefault(node) is { Count: > 0 } deafTo)
            rules.Append("  ip saddr { ").AppendJoin(", ", deafTo.Order().Select(AddressOf)).Append(" } drop\n");
        if (_lossPercent.GetValueOrDefault(node) is > 0 and var percent)
            rules.Append("  numgen random mod 100 < ").Append(percent).Append(" drop\n");
        rules.Append(" }\n");
        if (_silent.Contains(node))
            rules.Append(" chain said {\n  type filter hook output priority 0;\n  ip daddr ").Append(AddressOf(254)).Append(" drop\n }\n");
        return Shell.RunAsync("ip", $"netns exec n{node} nft -f -", rules.Append("}\n").ToString());
    }
}
