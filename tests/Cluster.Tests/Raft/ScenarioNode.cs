using Platform.Cluster.Raft;
using Platform.Protocol.Records;

namespace Platform.Cluster.Tests.Raft;

/// <summary>A node of a scenario: the real state machine, and a disk in which everything is flushed at once.</summary>
internal sealed class ScenarioNode(int id, VoterSet voters)
{
    private readonly List<(RecordBatchHeader Header, byte[] Bytes)> _log = [];
    private QuorumState _state = QuorumState.Initial;

    internal int Id { get; } = id;

    internal RaftNode? Raft { get; private set; }

    internal long LogEnd => _log.Count == 0 ? 0 : _log[^1].Header.NextOffset;

    internal void Start() => Raft = new RaftNode(new RaftNodeOptions
    {
        ClusterId = "scenario",
        Local = ReplicaKey.Of(Id),
        Voters = voters,
        Log = new RaftLogFacts(default, LogEnd, _log.GroupBy(batch => batch.Header.PartitionLeaderEpoch)
            .Select(epoch => new EpochStart(epoch.Key, epoch.First().Header.BaseOffset))),
        State = _state,
        Random = new Random(Id),
    });

    internal void Crash() => Raft = null;

    internal void Save(QuorumState state) => _state = state;

    internal void Append(ReadOnlyMemory<byte> batches)
    {
        foreach (var batch in RecordBatches.In(batches))
            _log.Add((batch.Header, batch.Bytes.ToArray()));
    }

    internal void Truncate(long endOffset) => _log.RemoveAll(batch => batch.Header.NextOffset > endOffset);

    internal byte[] Read(long offset) =>
        [.. _log.Where(batch => batch.Header.BaseOffset >= offset).SelectMany(batch => batch.Bytes)];

    /// <summary>The log as offset@epoch for each batch.</summary>
    internal string DescribeLog() =>
        string.Join(' ', _log.Select(batch => $"{batch.Header.BaseOffset}@{batch.Header.PartitionLeaderEpoch}"));
}
