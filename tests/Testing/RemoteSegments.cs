using System.Text;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Testing;

/// <summary>Segments to copy to remote storage: files on a disk in memory, whose indexes hold their own names and whose
/// time index is empty.</summary>
public static class RemoteSegments
{
    private const string Directory = "/data/orders-3";

    /// <summary>A copy of a segment of orders-3 that just began, with an id of its own.</summary>
    public static RemoteLogSegmentMetadata Metadata(int sizeInBytes, long startOffset = 1200, string topic = "orders") => new()
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

    /// <summary>Bytes that are the same for the same number of them.</summary>
    public static byte[] Records(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Writes the files of a segment.</summary>
    public static LogSegmentData Write(MemoryFileSystem files, byte[] records, bool withTransactions = true)
    {
        files.CreateDirectory(Directory);
        string File(string name, byte[] content)
        {
            files.WriteAllBytes($"{Directory}/{name}", content);
            return $"{Directory}/{name}";
        }
        return new LogSegmentData
        {
            LogSegment = File("00.log", records),
            OffsetIndex = File("00.index", Bytes(RemoteIndexType.Offset)),
            TimeIndex = File("00.timeindex", Bytes(RemoteIndexType.Timestamp)),
            TransactionIndex = withTransactions ? File("00.txnindex", Bytes(RemoteIndexType.Transaction)) : null,
            ProducerSnapshotIndex = File("99.snapshot", Bytes(RemoteIndexType.ProducerSnapshot)),
            LeaderEpochIndex = Bytes(RemoteIndexType.LeaderEpoch),
        };
    }

    /// <summary>What an index of these segments holds.</summary>
    public static string ContentOf(RemoteIndexType index) => index == RemoteIndexType.Timestamp ? "" : index.ToString();

    private static byte[] Bytes(RemoteIndexType index) => Encoding.UTF8.GetBytes(ContentOf(index));
}
