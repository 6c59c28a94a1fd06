using System.Text;
using Platform.Protocol;
using Platform.Testing;

namespace Platform.Storage.Tests.Tiering;

/// <summary>Segments to copy: files on a disk with content that tells them apart.</summary>
internal static class RemoteSegments
{
    public const string LocalDirectory = "/data/orders-3";

    public static RemoteLogSegmentMetadata Metadata(long startOffset, int sizeInBytes, string topic = "orders") => new()
    {
        RemoteLogSegmentId = new RemoteLogSegmentId(
            new TopicIdPartition(Uuid.Parse("AAAAAAAAQACAAAAAAAAAAQ"), new TopicPartition(topic, 3)), Uuid.Random()),
        StartOffset = startOffset,
        EndOffset = startOffset + 99,
        MaxTimestampMs = 1_700_000_000_000,
        BrokerId = 1,
        EventTimestampMs = 1_700_000_000_000,
        SegmentSizeInBytes = sizeInBytes,
        State = RemoteLogSegmentState.CopySegmentStarted,
        SegmentLeaderEpochs = [(0, startOffset)],
    };

    public static byte[] Records(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Writes the files of a segment, with a transaction index when asked for.</summary>
    public static LogSegmentData Write(MemoryFileSystem files, byte[] records, bool withTransactions = true)
    {
        files.CreateDirectory(LocalDirectory);
        string File(string name, byte[] content)
        {
            files.WriteAllBytes($"{LocalDirectory}/{name}", content);
            return $"{LocalDirectory}/{name}";
        }
        return new LogSegmentData
        {
            LogSegment = File("00.log", records),
            OffsetIndex = File("00.index", Encoding.UTF8.GetBytes("offsets")),
            TimeIndex = File("00.timeindex", Encoding.UTF8.GetBytes("times")),
            TransactionIndex = withTransactions ? File("00.txnindex", Encoding.UTF8.GetBytes("aborted")) : null,
            ProducerSnapshotIndex = File("99.snapshot", Encoding.UTF8.GetBytes("producers")),
            LeaderEpochIndex = Encoding.UTF8.GetBytes("0\n1\n0 0\n"),
        };
    }

    public static string Expected(RemoteIndexType index) => index switch
    {
        RemoteIndexType.Offset => "offsets",
        RemoteIndexType.Timestamp => "times",
        RemoteIndexType.Transaction => "aborted",
        RemoteIndexType.ProducerSnapshot => "producers",
        _ => "0\n1\n0 0\n",
    };
}
