using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Cluster.Raft;

/// <summary>Voter sets as control records of the log (KIP-853).</summary>
public static class VoterRecords
{
    /// <summary>Version of raft from which on the voters are in the log.</summary>
    public const short ReconfigurableVersion = 1;

    private const int MaxDecompressedBytes = 1024 * 1024;

    /// <summary>What tells the version of raft and the voters.</summary>
    public static ControlMessage[] Messages(VoterSet voters) =>
    [
        new(ControlRecordType.KRaftVersion, new KRaftVersionRecord { KRaftVersion = ReconfigurableVersion }),
        new(ControlRecordType.KRaftVoters, ToRecord(voters)),
    ];

    /// <summary>The voter sets in a batch, with their offsets.</summary>
    public static IEnumerable<VotersAt> In(RecordBatch batch)
    {
        if (!batch.Header.IsControl)
            yield break;
        foreach (var (offset, control) in Parse(batch))
            if (control.Type == ControlRecordType.KRaftVoters)
                yield return new VotersAt(offset, Read(control.Value));
    }

    /// <summary>The newest voter set in batches, or null.</summary>
    public static VoterSet? LastIn(ReadOnlyMemory<byte> batches)
    {
        VoterSet? last = null;
        foreach (var batch in RecordBatches.In(batches))
            foreach (var found in In(batch))
                last = found.Voters;
        return last;
    }

    /// <summary>The record of a set.</summary>
    public static VotersRecord ToRecord(VoterSet voters) => new()
    {
        Voters = [.. voters.Voters.Select(voter => new VotersRecord.Voter
        {
            VoterId = voter.Id,
            VoterDirectoryId = voter.Key.DirectoryId,
            Endpoints = [new() { Name = voter.ListenerName, Host = voter.Host, Port = (ushort)voter.Port }],
            KRaftVersionFeature = new() { MinSupportedVersion = 0, MaxSupportedVersion = ReconfigurableVersion },
        })],
    };

    private static List<(long, ControlRecord)> Parse(RecordBatch batch)
    {
        var found = new List<(long, ControlRecord)>();
        using var records = batch.Records(MaxDecompressedBytes);
        foreach (var record in records)
            found.Add((record.Offset, ControlRecord.Parse(record)));
        return found;
    }

    private static VoterSet Read(ReadOnlyMemory<byte> value)
    {
        var reader = new ProtocolReader(value);
        var record = new VotersRecord();
        record.Read(ref reader, 0);
        return new VoterSet(record.Voters.Select(voter =>
        {
            var endpoint = voter.Endpoints.FirstOrDefault() ?? new VotersRecord.Endpoint();
            return new Voter(
                new ReplicaKey(voter.VoterId, voter.VoterDirectoryId), endpoint.Host, endpoint.Port, endpoint.Name);
        }));
    }
}
