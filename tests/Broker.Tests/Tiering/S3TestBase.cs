using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Tiering;
using Platform.Broker.Tiering.S3;
using Platform.Storage;
using Platform.Testing;
using Platform.Testing.S3;

namespace Platform.Broker.Tests.Tiering;

/// <summary>One service for all tests of a class.</summary>
public sealed class S3Fixture : IAsyncLifetime
{
    public S3Server Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await S3Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>A segment in memory, and stores over buckets of a real service.</summary>
public abstract class S3TestBase(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    internal const int PartSize = 5 * 1024 * 1024;

    /// <summary>In place of a secret: no access key at all.</summary>
    internal const string NoSecret = "";

    private int _buckets;

    internal MemoryFileSystem Files { get; } = new();

    internal RemoteStorageCounters Counters { get; } = new();

    internal S3Server Server => fixture.Server;

    internal async Task<string> NewBucketAsync()
    {
        var bucket = $"{GetType().Name.ToLowerInvariant()}-{Guid.NewGuid():N}-{_buckets++}"[..40];
        await Server.CreateBucketAsync(bucket);
        return bucket;
    }

    internal S3Settings Settings(string bucket, Uri? endpoint = null, string? secret = null, int retries = 2,
        int timeoutMs = 30_000, int uploads = 4, string? encryption = null, string? storageClass = null) => new()
        {
            Bucket = bucket,
            KeyPrefix = "kafka/",
            Endpoint = endpoint ?? Server.Endpoint,
            Region = "us-east-1",
            PathStyle = true,
            AccessKeyId = secret == NoSecret ? null : Server.AccessKeyId,
            SecretAccessKey = secret == NoSecret ? null : secret ?? Server.Secret,
            PartSizeBytes = PartSize,
            UploadParallelism = uploads,
            Retries = retries,
            ServerSideEncryption = encryption,
            StorageClass = storageClass,
            RetryBackoff = TimeSpan.FromMilliseconds(1),
            RequestTimeout = TimeSpan.FromMilliseconds(timeoutMs),
        };

    internal S3RemoteStorageManager Storage(S3Settings settings) =>
        new(settings, Files, TimeProvider.System, new Random(1), Counters, NullLogger.Instance);

    internal static RemoteLogSegmentMetadata Metadata(int sizeInBytes, long startOffset = 1200) =>
        RemoteSegments.Metadata(sizeInBytes, startOffset);

    internal static byte[] Records(int count) => RemoteSegments.Records(count);

    internal LogSegmentData Segment(byte[] records, bool withTransactions = true) =>
        RemoteSegments.Write(Files, records, withTransactions);

    internal static async Task<string> IndexAsync(
        IRemoteStorageManager storage, RemoteLogSegmentMetadata metadata, RemoteIndexType index) =>
        Encoding.UTF8.GetString((await storage.FetchIndexAsync(metadata, index, default)).Span);
}
