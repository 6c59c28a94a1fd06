using System.Text.Json;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Quorum;

/// <summary>
/// The file <c>quorum-state</c> in the directory of the metadata log, in Kafka's JSON: version 0 names the static
/// voters, version 1 the directory that got the vote (KIP-853). Replaced as a whole and forced to disk.
/// </summary>
internal sealed class QuorumStateFile(IFileSystem files, string directory, VoterSet voters)
{
    internal const string FileName = "quorum-state";

    private const int Unknown = -1;

    private readonly string _path = Path.Combine(directory, FileName);

    /// <summary>What was saved last; the initial state when there is no file.</summary>
    /// <exception cref="CorruptLogException">The file is damaged. Without it the node might vote twice in an
    /// epoch.</exception>
    public QuorumState Read()
    {
        if (AtomicFile.Read(files, _path) is not { } content)
            return QuorumState.Initial;
        try
        {
            using var json = JsonDocument.Parse(content);
            return Parse(json.RootElement);
        }
        catch (Exception error) when (error
            is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CorruptLogException(_path, $"it cannot be read as the state of a quorum: {error.Message}");
        }
    }

    /// <summary>Writes and forces to disk; when it returns the state survives a power cut.</summary>
    public void Write(QuorumState state)
    {
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content))
            WriteTo(json, state);
        AtomicFile.Write(files, _path, content.ToArray());
    }

    private static QuorumState Parse(JsonElement json)
    {
        var version = json.GetProperty("data_version").GetInt32();
        if (version is < 0 or > 1)
            throw new FormatException($"data_version is {version}; 0 and 1 are known");
        var directoryId = version == 1 ? Uuid.Parse(json.GetProperty("votedDirectoryId").GetString()!) : Uuid.Zero;
        var votedId = json.GetProperty("votedId").GetInt32();
        var leaderId = json.GetProperty("leaderId").GetInt32();
        return new QuorumState(json.GetProperty("leaderEpoch").GetInt32(), leaderId < 0 ? null : leaderId,
            votedId < 0 ? null : new ReplicaKey(votedId, directoryId));
    }

    private void WriteTo(Utf8JsonWriter json, QuorumState state)
    {
        // Static voters have no directory ids, and Kafka before KIP-853 reads version 0 only.
        var directoryId = state.Voted?.DirectoryId ?? Uuid.Zero;
        json.WriteStartObject();
        if (directoryId == Uuid.Zero)
            json.WriteString("clusterId", "");
        json.WriteNumber("leaderId", state.LeaderId ?? Unknown);
        json.WriteNumber("leaderEpoch", state.LeaderEpoch);
        json.WriteNumber("votedId", state.Voted?.Id ?? Unknown);
        if (directoryId == Uuid.Zero)
            WriteVoters(json);
        else
            json.WriteString("votedDirectoryId", directoryId.ToString());
        json.WriteNumber("data_version", directoryId == Uuid.Zero ? 0 : 1);
        json.WriteEndObject();
    }

    private void WriteVoters(Utf8JsonWriter json)
    {
        json.WriteNumber("appliedOffset", 0);
        json.WriteStartArray("currentVoters");
        foreach (var voter in voters.Voters)
        {
            json.WriteStartObject();
            json.WriteNumber("voterId", voter.Id);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
