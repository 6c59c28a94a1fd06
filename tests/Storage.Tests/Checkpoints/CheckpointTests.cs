using System.Text;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private readonly MemoryFileSystem _files = new();

    public CheckpointTests()
    {
        _files.CreateDirectory("/data/t-0");
        _files.SyncDirectory("/");
    }

    [Fact]
    public void An_offset_checkpoint_is_a_version_a_count_and_a_line_per_partition()
    {
        var checkpoint = new OffsetCheckpoint(_files, "/data/" + OffsetCheckpoint.RecoveryPointFile);

        checkpoint.Write([new(new TopicPartition("my-topic", 7), 42), new(new TopicPartition("b", 0), long.MaxValue)]);

        Assert.Equal("0\n2\nmy-topic 7 42\nb 0 9223372036854775807\n", Text("/data/recovery-point-offset-checkpoint"));
        Assert.Equal(42, checkpoint.Read()[new TopicPartition("my-topic", 7)]);
    }

    [Fact]
    public void A_missing_checkpoint_is_empty()
    {
        Assert.Empty(new OffsetCheckpoint(_files, "/data/none").Read());
    }

    [Theory]
    [InlineData("", "line 1 is no number")]
    [InlineData("1\n0\n", "version 1 is not known")]
    [InlineData("0\n2\na 0 1\n", "promises 2 entries, but the file ends after 1")]
    [InlineData("0\n1\na 0\n", "line 3, 'a 0', is malformed")]
    [InlineData("0\n1\na 0 1\nb 0 1\n", "the file holds more")]
    public void A_malformed_checkpoint_is_refused_with_file_and_line(string content, string problem)
    {
        _files.WriteAllBytes("/data/c", Encoding.UTF8.GetBytes(content));

        var error = Assert.Throws<CorruptLogException>(() => new OffsetCheckpoint(_files, "/data/c").Read());

        Assert.StartsWith("/data/c: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_power_cut_while_writing_leaves_the_old_content_or_the_new()
    {
        var path = "/data/c";
        var old = new OffsetCheckpoint(_files, path);
        old.Write([new(new TopicPartition("a", 0), 1)]);
        foreach (var failing in new[] { DiskOperation.Write, DiskOperation.Flush, DiskOperation.Move,
            DiskOperation.SyncDirectory })
        {
            _files.Fault = (operation, _) => operation == failing ? new IOException("power cut") : null;

            Assert.Throws<IOException>(() => old.Write([new(new TopicPartition("a", 0), 2)]));
            _files.Fault = null;
            _files.Crash();

            Assert.Equal(1, old.Read()[new TopicPartition("a", 0)]);
        }
        old.Write([new(new TopicPartition("a", 0), 2)]);
        _files.Crash();
        Assert.Equal(2, old.Read()[new TopicPartition("a", 0)]);
    }

    [Fact]
    public void Meta_properties_name_cluster_node_and_directory()
    {
        var id = Uuid.Parse("MkU3OEVBNTcwNTJENDM2Qg");

        new MetaProperties("4L6g3nShT-eMCtK--X86sw", 3, id).Write(_files, "/data");

        Assert.Equal("cluster.id=4L6g3nShT-eMCtK--X86sw\ndirectory.id=MkU3OEVBNTcwNTJENDM2Qg\nnode.id=3\nversion=1\n",
            Text("/data/meta.properties"));
        Assert.Equal(new MetaProperties("4L6g3nShT-eMCtK--X86sw", 3, id), MetaProperties.Read(_files, "/data"));
    }

    [Fact]
    public void Meta_properties_written_by_Kafka_are_read()
    {
        _files.WriteAllBytes("/data/meta.properties", Encoding.UTF8.GetBytes(
            "#\n#Sat Nov 21 07:00:00 UTC 2026\ncluster.id=abc\n" +
            "directory.id=MkU3OEVBNTcwNTJENDM2Qg\nnode.id=1\nversion=1\n"));

        Assert.Equal("abc", MetaProperties.Read(_files, "/data")!.ClusterId);
    }

    [Theory]
    [InlineData("version=2\ncluster.id=a\nnode.id=1\n", "version is '2'")]
    [InlineData("version=1\ncluster.id=a\n", "'node.id' is missing")]
    [InlineData("version=1\ncluster.id=a\nnode.id=x\n", "node.id is 'x'")]
    public void Malformed_meta_properties_are_refused(string content, string problem)
    {
        _files.WriteAllBytes("/data/meta.properties", Encoding.UTF8.GetBytes(content));

        var error = Assert.Throws<LogDirectoryException>(() => MetaProperties.Read(_files, "/data"));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Partition_metadata_holds_version_and_topic_id()
    {
        var id = Uuid.Parse("MkU3OEVBNTcwNTJENDM2Qg");

        PartitionMetadataFile.Write(_files, "/data/t-0", id);

        Assert.Equal("version: 0\ntopic_id: MkU3OEVBNTcwNTJENDM2Qg", Text("/data/t-0/partition.metadata"));
        Assert.Equal(id, PartitionMetadataFile.Read(_files, "/data/t-0"));
    }

    [Fact]
    public void The_clean_shutdown_marker_keeps_the_broker_epoch()
    {
        var marker = new CleanShutdownFile(_files, "/data");

        marker.Write(brokerEpoch: 17);

        Assert.Equal("{\"version\":0,\"brokerEpoch\":17}", Text("/data/.kafka_cleanshutdown"));
        Assert.Equal(17, marker.ReadBrokerEpoch());
        marker.Delete();
        Assert.False(marker.Exists);
    }

    private string Text(string path) => Encoding.UTF8.GetString(_files.ReadAllBytes(path));
}
