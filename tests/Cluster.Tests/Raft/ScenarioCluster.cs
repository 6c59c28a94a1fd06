using System.Globalization;
using System.Text;
using Platform.Cluster.Raft;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Cluster.Tests.Raft;

/// <summary>Runs the commands of a scenario on a quorum in which nothing happens by itself: time passes on command
/// only, and then messages arrive at once. What happens is written down, save for fetches that find nothing
/// new.</summary>
internal sealed class ScenarioCluster
{
    private const int MaxDeliveries = 1000;

    private sealed record InFlight(int From, int To, Action Arrive);

    private readonly SortedDictionary<int, ScenarioNode> _nodes = [];
    private readonly SortedSet<int> _isolated = [];
    private readonly Queue<InFlight> _messages = new();
    private readonly SortedDictionary<(int Node, long Token), (int From, long Id)> _requests = [];
    private readonly StringBuilder _transcript = new();
    private long _nowMs;
    private long _lastToken;

    /// <summary>Runs one command line and returns what happened.</summary>
    internal string Run(string command)
    {
        _transcript.Clear();
        var words = command.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        int Number(int index) => int.Parse(words[index], CultureInfo.InvariantCulture);
        switch (words[0])
        {
            case "voters": Create(Number(1)); break;
            case "elected": Elect(Number(1)); break;
            case "start": Start(Number(1)); break;
            case "crash": _nodes[Number(1)].Crash(); break;
            case "shutdown": Step(_nodes[Number(1)], RaftInput.Shutdown.Instance); break;
            case "isolate": _isolated.Add(Number(1)); break;
            case "heal": _isolated.Clear(); break;
            case "run": RunFor(Number(1)); break;
            case "append": Step(_nodes[Number(1)], new RaftInput.Append(Batch(words[2]))); break;
            case "status": Status(); break;
            default: throw new FormatException($"'{command}' is no command of a scenario");
        }
        if (words[0] is "append" or "start" or "shutdown")
            Deliver();
        return _transcript.Length == 0 ? "ok\n" : _transcript.ToString();
    }

    private void Create(int voters)
    {
        var set = new VoterSet(Enumerable.Range(1, voters).Select(id => new Voter(ReplicaKey.Of(id), "host", id)));
        foreach (var voter in set.Voters)
            _nodes[voter.Id] = new ScenarioNode(voter.Id, set);
    }

    // Goes silently to where another scenario begins.
    private void Elect(int voters)
    {
        Create(voters);
        foreach (var id in _nodes.Keys.ToList())
            Start(id);
        while (!_nodes.Values.Any(node => node.Raft!.Role == RaftRoleKind.Leader))
            RunFor(100);
        _transcript.Clear();
        Status();
    }

    private void Start(int id)
    {
        _nodes[id].Start();
        Step(_nodes[id], RaftInput.Tick.Instance);
    }

    private static byte[] Batch(string text)
    {
        using var batch = new RecordBatchBuilder();
        batch.Append(0, null, Encoding.UTF8.GetBytes(text));
        return batch.Build();
    }

    // Ticks come when they are due, the lowest node first, and all messages arrive before the next.
    private void RunFor(int ms)
    {
        var untilMs = _nowMs + ms;
        Deliver();
        while (NextTick() is { } next && next.Raft!.NextTickMs <= untilMs)
        {
            _nowMs = Math.Max(_nowMs, next.Raft.NextTickMs);
            Step(next, RaftInput.Tick.Instance);
            Deliver();
        }
        _nowMs = untilMs;
    }

    private ScenarioNode? NextTick() =>
        _nodes.Values.Where(node => node.Raft is not null).MinBy(node => node.Raft!.NextTickMs);

    // Everything that is under way arrives, and what is sent in answer, until only waiting fetches are left.
    private void Deliver()
    {
        for (var left = MaxDeliveries; left > 0 && _messages.TryDequeue(out var message); left--)
            if (!_isolated.Contains(message.From) && !_isolated.Contains(message.To))
                message.Arrive();
    }

    private void Status()
    {
        foreach (var node in _nodes.Values)
            Write(node.Raft is { } raft
                ? $"{node.Id} {raft.Role}, epoch {raft.Leader.Epoch}, "
                    + $"leader {raft.Leader.LeaderId?.ToString() ?? "unknown"}, "
                    + $"high watermark {raft.HighWatermark}, log {node.DescribeLog()}"
                : $"{node.Id} down, log {node.DescribeLog()}");
    }

    private void Step(ScenarioNode node, RaftInput input)
    {
        if (node.Raft is not { } raft)
            return;
        var before = raft.Role;
        var outputs = raft.Step(input, _nowMs);
        if (raft.Role != before)
            Write($"{node.Id} {before} => {raft.Role}, epoch {raft.Leader.Epoch}");
        foreach (var output in outputs)
            CarryOut(node, output);
        if (outputs.OfType<RaftOutput.Flush>().Any())
            Step(node, new RaftInput.LogFlushed(node.LogEnd));
    }

    private void CarryOut(ScenarioNode node, RaftOutput output)
    {
        switch (output)
        {
            case RaftOutput.SaveQuorumState save:
                node.Save(save.State);
                Write($"{node.Id} saves {ScenarioText.Of(save.State)}");
                break;
            case RaftOutput.AppendToLog append:
                node.Append(append.Batches);
                Write($"{node.Id} appends {append.BaseOffset} to {append.NextOffset - 1}");
                break;
            case RaftOutput.TruncateLog truncate:
                node.Truncate(truncate.EndOffset);
                Write($"{node.Id} truncates to {truncate.EndOffset}");
                break;
            case RaftOutput.Send send:
                Send(node, send);
                break;
            case RaftOutput.Reply reply:
                Reply(node, reply.Token, reply.Message);
                break;
            case RaftOutput.ReplyWithRecords reply:
                Reply(node, reply.Token, reply.Fill(node.Read(reply.Offset)));
                break;
            case RaftOutput.HighWatermarkAdvanced advanced:
                Write($"{node.Id} high watermark {advanced.HighWatermark}");
                break;
            case RaftOutput.LeaderChanged changed:
                var leaderId = changed.Leader.LeaderId?.ToString() ?? "none";
                Write($"{node.Id} knows leader {leaderId} of epoch {changed.Leader.Epoch}");
                break;
            case RaftOutput.AppendRefused refused:
                Write($"{node.Id} refuses: {refused.Error}");
                break;
        }
    }

    private void Send(ScenarioNode from, RaftOutput.Send send)
    {
        if (!ScenarioText.IsIdle(send.Message, from.Raft!))
            Write($"{from.Id} -> {send.NodeId} {ScenarioText.Of(send.Message)}");
        _messages.Enqueue(new InFlight(from.Id, send.NodeId, () =>
        {
            _requests[(send.NodeId, ++_lastToken)] = (from.Id, send.RequestId);
            Step(_nodes[send.NodeId], new RaftInput.Request(_lastToken, send.Message));
        }));
    }

    private void Reply(ScenarioNode from, long token, IResponse response)
    {
        if (!_requests.Remove((from.Id, token), out var request))
            return;
        if (!ScenarioText.IsIdle(response))
            Write($"{from.Id} -> {request.From} {ScenarioText.Of(response)}");
        _messages.Enqueue(new InFlight(from.Id, request.From, () =>
            Step(_nodes[request.From], new RaftInput.Response(request.Id, from.Id, response))));
    }

    private void Write(string line) => _transcript.Append(line).Append('\n');
}
