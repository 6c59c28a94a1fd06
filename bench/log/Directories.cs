using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Bench.Log;

/// <summary>Log directories on the real disk, and batches to fill them.</summary>
internal static class Directories
{
    public const string Topic = "bench";

    /// <summary>Opens a directory as a broker does; it is formatted at the first time.</summary>
    public static LogManager Open(string directory, int threads = 2, LogConfig? config = null)
    {
        var files = new PosixFileSystem();
        if (!Directory.Exists(directory))
            new MetaProperties("bench", 1, Uuid.Random()).Write(files, directory);
        return new LogManager(files, new LogManagerOptions
        {
            LogDirectories = [directory],
            NodeId = 1,
            RecoveryThreads = threads,
            DefaultConfig = config ?? LogConfig.Default,
        });
    }

    /// <summary>The log of a partition, new or found.</summary>
    public static UnifiedLog Log(LogManager logs, int partition, LogConfig config) =>
        logs.GetOrCreate(new TopicIdPartition(Uuid.Zero, new TopicPartition(Topic, partition)), config);

    /// <summary>A batch of records with random values.</summary>
    public static byte[] Batch(int records, int valueBytes, Func<int, ReadOnlyMemory<byte>?>? key = null, int seed = 1)
    {
        var random = new Random(seed);
        using var builder = new RecordBatchBuilder();
        var value = new byte[valueBytes];
        for (var i = 0; i < records; i++)
        {
            random.NextBytes(value);
            builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), key?.Invoke(i), value);
        }
        return builder.Build();
    }

    /// <summary>Appends a batch, which is patched in place and may be appended again.</summary>
    public static void Append(UnifiedLog log, byte[] batch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, 0);
        var appended = log.AppendAsLeader(
            batch, 0, AppendOrigin.Client, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        if (appended.Error != ErrorCode.None)
            throw new InvalidOperationException($"append failed: {appended.ErrorMessage}");
        log.UpdateHighWatermark(log.LogEndOffset);
    }

    /// <summary>Resident megabytes of this process.</summary>
    public static double ResidentMegabytes() => Environment.WorkingSet / 1e6;
}
