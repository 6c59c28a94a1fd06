using System.Text;
using Platform.Broker.Quorum;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Quorum;

public sealed class QuorumStateFileTests
{
    private readonly MemoryFileSystem _disk = new();
    private readonly QuorumStateFile _file;

    public QuorumStateFileTests()
    {
        _disk.CreateDirectory("/log");
        _disk.SyncDirectory("/");
        _file = new QuorumStateFile(_disk, "/log", VoterSet.Parse(["1@a:1", "2@b:2"]));
    }

    public static TheoryData<QuorumState> States =>
    [
        QuorumState.Initial,
        new QuorumState(3, 2, null),
        new QuorumState(4, null, ReplicaKey.Of(1)),
        new QuorumState(5, 1, new ReplicaKey(1, new Uuid(1, 2))),
    ];

    [Fact]
    public void Without_a_file_the_state_is_the_initial_one() => Assert.Equal(QuorumState.Initial, _file.Read());

    [Theory, MemberData(nameof(States))]
    public void What_was_written_survives_a_power_cut(QuorumState state)
    {
        _file.Write(state);

        _disk.Crash();

        Assert.Equal(state, _file.Read());
    }

    [Fact]
    public void Static_voters_are_written_as_kafka_does_in_version_0()
    {
        _file.Write(new QuorumState(4, 2, null));

        const string expected = "{'clusterId':'','leaderId':2,'leaderEpoch':4,'votedId':-1,'appliedOffset':0,"
            + "'currentVoters':[{'voterId':1},{'voterId':2}],'data_version':0}";
        Assert.Equal(expected.Replace('\'', '"'),
            Encoding.UTF8.GetString(_disk.ReadAllBytes("/log/quorum-state")));
    }

    [Fact]
    public void Version_1_of_kafka_is_read()
    {
        const string content = "{'leaderId':3,'leaderEpoch':7,'votedId':-1,"
            + "'votedDirectoryId':'AAAAAAAAAAAAAAAAAAAAAA','data_version':1}";
        Put(content.Replace('\'', '"'));

        Assert.Equal(new QuorumState(7, 3, null), _file.Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"leaderId":3}""")]
    [InlineData("""{"leaderId":3,"leaderEpoch":7,"votedId":-1,"data_version":9}""")]
    [InlineData("""{"leaderId":"x","leaderEpoch":7,"votedId":-1,"data_version":0}""")]
    public void A_damaged_file_is_refused_with_its_path(string content)
    {
        Put(content);

        var error = Assert.Throws<CorruptLogException>(_file.Read);

        Assert.Contains("/log/quorum-state", error.Message, StringComparison.Ordinal);
    }

    private void Put(string content) => _disk.WriteAllBytes("/log/quorum-state", Encoding.UTF8.GetBytes(content));
}
