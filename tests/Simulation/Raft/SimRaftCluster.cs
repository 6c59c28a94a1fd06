using Platform.Cluster.Raft;
using Platform.Protocol.Records;

namespace Platform.Simulation.Raft;

/// <summary>A quorum of simulated nodes and observers, with a load of appends, all from one seed.</summary>
public sealed class SimRaftCluster
{
    private const int AppendEveryMs = 60;

    private readonly Random _load;
    private readonly TraceHash _trace = new();
    private long _appended;

    /// <summary>Builds and starts the nodes: voters have the ids from 1 on, observers from 101.</summary>
    /// <param name="seed">Where everything comes from.</param>
    /// <param name="voters">Number of voters, at first.</param>
    /// <param name="observers">Number of nodes that follow.</param>
    /// <param name="isReconfigurable">True when the voters are in the log and may change (KIP-853).</param>
    /// <param name="joinsByItself">True when nodes without a vote ask for one (KIP-1186).</param>
    /// <param name="startsFixed">True when the voters are fixed at first, and can be taken into the log.</param>
    public SimRaftCluster(ulong seed, int voters, int observers = 0, bool isReconfigurable = false, bool joinsByItself = false,
        bool startsFixed = false)
    {
        StartsFixed = startsFixed;
        JoinsByItself = joinsByItself;
        IsReconfigurable = isReconfigurable;
        Seed = seed;
        Scheduler = new SimScheduler(seed);
        Network = new SimNetwork(Scheduler, seed);
        Invariants = new RaftInvariants(this);
        _load = SimRandom.Stream(seed, "load");
        NextRecord = () => BitConverter.GetBytes(++_appended);
        var ids = Enumerable.Range(1, voters).ToList();
        Voters = new VoterSet(ids.Select(id => 
            new Voter(SimRaftNode.KeyOf(id, isReconfigurable ? 1 : 0), "sim", id)));
        Nodes = [.. ids.Concat(Enumerable.Range(101, observers)).Select(id => new SimRaftNode(this, id, seed))];
        foreach (var node in Nodes)
        {
            Network.Connect(node.Id, node);
            node.Start();
        }
    }

    /// <summary>Takes what happens beside raft into the digest.</summary>
    public void Trace(params ReadOnlySpan<long> values) => _trace.Add(values);

    /// <summary>Where everything comes from.</summary>
    public ulong Seed { get; }

    /// <summary>Virtual time.</summary>
    public SimScheduler Scheduler { get; }

    /// <summary>Links between the nodes.</summary>
    public SimNetwork Network { get; }

    /// <summary>What must always hold.</summary>
    public RaftInvariants Invariants { get; }

    /// <summary>True when the voters may change.</summary>
    public bool IsReconfigurable { get; set; }

    /// <summary>True when the voters are fixed at first, and directories have ids nevertheless.</summary>
    public bool StartsFixed { get; }

    /// <summary>True when nodes without a vote ask for one.</summary>
    public bool JoinsByItself { get; }

    /// <summary>True when a request to a node that is down is refused, as by a machine whose process has ended; otherwise
    /// there is silence, as from a machine without power.</summary>
    public bool RefusesWhenDown { get; init; }

    /// <summary>Counts changes of the voters that were committed.</summary>
    public int VoterChanges { get; internal set; }

    /// <summary>The voters, at first.</summary>
    public VoterSet Voters { get; }

    /// <summary>All nodes, voters first.</summary>
    public IReadOnlyList<SimRaftNode> Nodes { get; }

    /// <summary>Factor on the time that a flush takes.</summary>
    public int DiskSlowness { get; set; } = 1;

    /// <summary>Digest of all that happened.</summary>
    public ulong TraceHash => _trace.Value;

    /// <summary>The node that leads in the newest epoch, if any does.</summary>
    public SimRaftNode? Leader => Nodes.Where(node => node.IsLeader).MaxBy(node => node.Raft!.Leader.Epoch);

    /// <summary>The node with this id.</summary>
    public SimRaftNode Node(int id) => Nodes.First(node => node.Id == id);

    /// <summary>Makes the content of the next record that is appended.</summary>
    public Func<byte[]> NextRecord { get; set; }

    /// <summary>Lets virtual time pass.</summary>
    public void RunFor(long ms) => Scheduler.RunUntil(Scheduler.NowMs + ms);

    /// <summary>Lets virtual time pass until something is so; fails after a limit.</summary>
    public void RunUntil(Func<bool> condition, long withinMs, string what)
    {
        var limitMs = Scheduler.NowMs + withinMs;
        while (!condition() && Scheduler.NowMs < limitMs)
            RunFor(10);
        Assert.True(condition(), $"seed {Seed}: not within {withinMs} virtual ms: {what}\n{Describe()}");
    }

    /// <summary>Appends at whoever leads, again and again.</summary>
    public void StartLoad()
    {
        AppendAtLeader();
        Scheduler.After(1 + _load.Next(AppendEveryMs * 2), StartLoad);
    }

    /// <summary>Appends one batch of one to three records at the leader, if there is one.</summary>
    public void AppendAtLeader()
    {
        if (Leader is not { } leader)
            return;
        using var batch = new RecordBatchBuilder();
        for (var records = 1 + _load.Next(3); records > 0; records--)
            batch.Append(Scheduler.NowMs, null, NextRecord());
        leader.Step(new RaftInput.Append(batch.Build()));
    }

    /// <summary>Ends all faults and demands that everybody agrees again: a leader, a commit, all logs alike.</summary>
    public void HealAndSettle(long withinMs = 30_000)
    {
        Network.Heal();
        DiskSlowness = 1;
        foreach (var node in Nodes)
        {
            node.CrashBetweenOutputs = 0;
            if (node.Raft is null)
                node.Start();
        }
        RunUntil(() => Leader is not null, withinMs, "a leader is elected");
        AppendAtLeader();
        RunUntil(AllAgree, withinMs, "every node has committed the whole log");
    }

    /// <summary>One line a node, for failures.</summary>
    public string Describe() => string.Join('\n', Nodes.Select(node => node.Raft is { } raft
        ? $"node {node.Id}: {raft.Role} of epoch {raft.Leader.Epoch}, leader {raft.Leader.LeaderId}, "
            + $"log end {raft.Log.End}, durable {node.Disk.DurableEndOffset}, high watermark {raft.HighWatermark}, "
            + $"directory {node.Key.DirectoryId}, voters {string.Join(", ", raft.Voters.Voters.Select(voter => voter.Key))}"
        : $"node {node.Id}: down, log end {node.Disk.EndOffset}"));

    internal void Trace(SimRaftNode node, RaftInput input, IReadOnlyList<RaftOutput> outputs)
    {
        var raft = node.Raft;
        _trace.Add(Scheduler.NowMs, node.Id, KindOf(input), outputs.Count, raft is null ? -1 : (long)raft.Role,
            raft?.Leader.Epoch ?? -1, node.Disk.EndOffset, raft?.HighWatermark ?? -1);
    }

    private static long KindOf(RaftInput input) => input switch
    {
        RaftInput.Tick => 1,
        RaftInput.Request request => 100 + (long)request.Message.ApiKey,
        RaftInput.Response response => 200 + (long)(response.Message?.ApiKey ?? 0),
        RaftInput.Append => 2,
        RaftInput.LogFlushed flushed => 1000 + flushed.Offset,
        _ => 3,
    };

    private bool AllAgree() => Leader is { Raft: { } leader }
        && Nodes.All(node => node.Raft is { } raft && raft.Log.End == leader.Log.End
            && raft.HighWatermark == leader.Log.EndOffset);
}
