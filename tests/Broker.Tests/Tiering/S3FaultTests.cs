using System.Text;
using Platform.Broker.Tiering.S3;
using Platform.Storage;
using Platform.Testing.S3;

namespace Platform.Broker.Tests.Tiering;

/// <summary>What goes wrong between a broker and a real service: nothing half-written is ever found, and the error says
/// what was asked and what to do.</summary>
public sealed class S3FaultTests(S3Fixture fixture) : S3TestBase(fixture)
{
    private const int Size = 3 * PartSize;

    [Fact]
    public async Task A_wrong_secret_is_named_and_not_told()
    {
        await using var storage = Storage(Settings(await NewBucketAsync(), secret: "not-the-secret"));

        var error = await FailsToCopyAsync(storage);

        Assert.Contains("check rsm.config.s3.secret.access.key", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-secret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, Counters.Retries);
    }

    [Fact]
    public async Task A_node_without_credentials_is_told_how_to_get_some()
    {
        // No machine of Amazon's is asked.
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        await using var storage = Storage(Settings(await NewBucketAsync(), retries: 0, secret: S3TestBase.NoSecret));

        var error = await FailsToCopyAsync(storage);

        Assert.Contains("no credentials were found", error.Message, StringComparison.Ordinal);
        Assert.Contains("set rsm.config.s3.access.key.id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_bucket_is_named_with_what_was_asked_of_it()
    {
        await using var storage = Storage(Settings("no-such-bucket"));

        var error = await FailsToCopyAsync(storage);
        var reading = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(Metadata(Size), 0, new byte[1], default));

        Assert.StartsWith("PUT of 100 bytes to s3://no-such-bucket/kafka/orders-", error.Message, StringComparison.Ordinal);
        Assert.Contains("there is no bucket no-such-bucket", error.Message, StringComparison.Ordinal);
        // A bucket that is missing is no proof that the copy is.
        Assert.Contains("there is no bucket no-such-bucket", reading.Message, StringComparison.Ordinal);
        Assert.Equal(0, Counters.Retries);
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_tried_again_and_then_named()
    {
        await using var wire = new TroubledWire(target: 1);
        await using var storage = Storage(Settings("bucket", wire.Endpoint, retries: 2));

        var error = await FailsToCopyAsync(storage);

        Assert.Contains($"at {wire.Endpoint.ToString().TrimEnd('/')} failed", error.Message, StringComparison.Ordinal);
        Assert.Equal((3, 2, 1), (Counters.Requests, Counters.Retries, Counters.Errors));
    }

    [Theory]
    [InlineData(PartSize / 2)]
    [InlineData(PartSize + PartSize / 2)]
    [InlineData(Size - 1000)]
    public async Task A_copy_that_breaks_anywhere_leaves_nothing_to_be_found(int breakAfter)
    {
        var bucket = await NewBucketAsync();
        await using var wire = new TroubledWire(Server.Port);
        // One part after the other: what the service was in the middle of when the wire broke cannot be completed.
        await using var storage = Storage(Settings(bucket, wire.Endpoint, retries: 0, uploads: 1));
        var sent = 0L;
        wire.Up = (_, _) => Task.FromResult(Interlocked.Add(ref sent, 16 * 1024) < breakAfter);
        var metadata = Metadata(Size);

        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.CopyLogSegmentDataAsync(metadata, Segment(Records(Size)), default));

        Assert.Empty(await Server.KeysAsync(bucket));
        await using var reader = Storage(Settings(bucket));
        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await reader.FetchLogSegmentAsync(metadata, 0, new byte[1], default));
        // The broken wire broke the abort, too: deleting the copy takes the parts away.
        await reader.DeleteLogSegmentDataAsync(metadata, default);
        Assert.Empty(await Server.KeysAsync(bucket + "+segments"));
    }

    [Fact]
    public async Task A_break_that_passes_is_not_noticed()
    {
        var bucket = await NewBucketAsync();
        await using var wire = new TroubledWire(Server.Port);
        await using var storage = Storage(Settings(bucket, wire.Endpoint, retries: 3));
        var breaks = 0;
        wire.Up = (bytes, _) => Task.FromResult(bytes < PartSize / 2 || Interlocked.Increment(ref breaks) > 2);
        var (metadata, records) = (Metadata(Size), Records(Size));

        await storage.CopyLogSegmentDataAsync(metadata, Segment(records), default);

        var read = new byte[Size];
        await storage.FetchLogSegmentAsync(metadata, 0, read, default);
        Assert.Equal(records, read);
        Assert.True(Counters.Retries >= 2, $"{Counters.Retries} retries");
        Assert.Equal(0, Counters.Errors);
    }

    [Fact]
    public async Task An_upload_whose_completion_was_heard_but_not_answered_is_complete()
    {
        var bucket = await NewBucketAsync();
        await using var wire = new TroubledWire(Server.Port);
        await using var storage = Storage(Settings(bucket, wire.Endpoint, uploads: 1));
        var (completions, isLost) = (0, 0);
        wire.OnUp = bytes =>
        {
            if (bytes.Span.StartsWith("POST "u8) && bytes.Span.IndexOf("uploadId="u8) > 0 && ++completions == 1)
                Volatile.Write(ref isLost, 1);
        };
        wire.Down = (_, _) => Task.FromResult(Interlocked.Exchange(ref isLost, 0) == 0);
        var (metadata, records) = (Metadata(Size), Records(Size));

        await storage.CopyLogSegmentDataAsync(metadata, Segment(records), default);

        var read = new byte[Size];
        await storage.FetchLogSegmentAsync(metadata, 0, read, default);
        Assert.Equal(records, read);
        Assert.Equal(2, completions);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Size)]
    public async Task Encryption_is_asked_for_and_refused_by_a_service_that_has_none(int size)
    {
        await using var storage = Storage(Settings(await NewBucketAsync(), encryption: "AES256"));

        var error = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.CopyLogSegmentDataAsync(Metadata(size), Segment(Records(size)), default));

        Assert.Contains("Server-side encryption is not supported", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Counters.Retries);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Size)]
    public async Task The_storage_class_is_asked_for(int size)
    {
        var bucket = await NewBucketAsync();
        await using var wire = new TroubledWire(Server.Port);
        await using var storage = Storage(Settings(bucket, wire.Endpoint, uploads: 1, storageClass: "STANDARD"));
        var asked = 0;
        wire.OnUp = bytes =>
        {
            if (Encoding.Latin1.GetString(bytes.Span).Contains("storage-class: STANDARD", StringComparison.OrdinalIgnoreCase))
                Interlocked.Increment(ref asked);
        };

        await storage.CopyLogSegmentDataAsync(Metadata(size), Segment(Records(size)), default);

        // For the log, whole or as the begin of an upload, and for the indexes.
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_cancelled_copy_gives_its_parts_back()
    {
        var bucket = await NewBucketAsync();
        await using var wire = new TroubledWire(Server.Port);
        await using var storage = Storage(Settings(bucket, wire.Endpoint));
        using var cancelled = new CancellationTokenSource();
        wire.Up = async (bytes, token) =>
        {
            if (bytes <= PartSize / 2)
                return true;
            // No part arrives whole, so that none can appear after the upload was aborted.
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return false;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await storage.CopyLogSegmentDataAsync(Metadata(Size), Segment(Records(Size)), cancelled.Token));

        Assert.Empty(await Server.KeysAsync(bucket));
        Assert.Empty(await Server.KeysAsync(bucket + "+segments"));
    }

    [Fact]
    public async Task A_body_that_is_cut_off_is_read_again()
    {
        var bucket = await NewBucketAsync();
        await using var wire = new TroubledWire(Server.Port);
        await using var storage = Storage(Settings(bucket, wire.Endpoint));
        var (metadata, records) = (Metadata(PartSize), Records(PartSize));
        await storage.CopyLogSegmentDataAsync(metadata, Segment(records), default);
        var cuts = 0;
        wire.Down = (bytes, _) => Task.FromResult(bytes < PartSize / 2 || Interlocked.Increment(ref cuts) > 1);

        var read = new byte[PartSize];
        await storage.FetchLogSegmentAsync(metadata, 0, read, default);

        Assert.Equal(records, read);
        Assert.Equal(1, Counters.Retries);
    }

    [Fact]
    public async Task A_body_that_is_always_cut_off_is_an_error_and_never_fewer_bytes()
    {
        var bucket = await NewBucketAsync();
        await using var wire = new TroubledWire(Server.Port);
        await using var storage = Storage(Settings(bucket, wire.Endpoint, retries: 1));
        var metadata = Metadata(PartSize);
        await storage.CopyLogSegmentDataAsync(metadata, Segment(Records(PartSize)), default);
        wire.Down = (bytes, _) => Task.FromResult(bytes < PartSize / 2);

        var error = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(metadata, 0, new byte[PartSize], default));

        Assert.Contains($"GET of bytes 0-{PartSize - 1} of s3://{bucket}/", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task A_service_that_stops_answering_is_given_up_after_the_time_of_a_request(int stallAfter)
    {
        var bucket = await NewBucketAsync();
        await using var writer = Storage(Settings(bucket));
        var metadata = Metadata(PartSize);
        await writer.CopyLogSegmentDataAsync(metadata, Segment(Records(PartSize)), default);
        await using var wire = new TroubledWire(Server.Port);
        await using var storage = Storage(Settings(bucket, wire.Endpoint, retries: 1, timeoutMs: 500));
        wire.Down = async (bytes, token) =>
        {
            if (bytes > stallAfter)
                await Task.Delay(Timeout.Infinite, token);
            return true;
        };

        var error = await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(metadata, 0, new byte[PartSize], default));

        Assert.Contains("no answer within 500 ms (rsm.config.s3.request.timeout.ms)", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Counters.Retries);
    }

    [Fact]
    public async Task A_service_that_was_killed_in_the_middle_of_a_copy_serves_the_next_one_and_keeps_the_old()
    {
        await using var server = await S3Server.StartAsync();
        await server.CreateBucketAsync("bucket");
        await using var wire = new TroubledWire(server.Port);
        await using var storage = Storage(Settings("bucket", wire.Endpoint, retries: 0));
        var (kept, records) = (Metadata(Size), Records(Size));
        await storage.CopyLogSegmentDataAsync(kept, Segment(records), default);
        var sent = 0L;
        var killing = Task.CompletedTask;
        wire.Up = async (_, _) =>
        {
            if (Interlocked.Add(ref sent, 16 * 1024) is > PartSize + PartSize / 2 and <= PartSize + PartSize / 2 + 16 * 1024)
                await (killing = server.KillAsync());
            return true;
        };
        var lost = Metadata(Size);

        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.CopyLogSegmentDataAsync(lost, Segment(records), default));
        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.FetchLogSegmentAsync(kept, 0, new byte[1], default));
        wire.Up = TroubledWire.Pass;
        await killing;
        await server.StartAgainAsync();

        await Assert.ThrowsAsync<RemoteResourceNotFoundException>(async () =>
            await storage.FetchLogSegmentAsync(lost, 0, new byte[1], default));
        await storage.DeleteLogSegmentDataAsync(lost, default);
        await storage.CopyLogSegmentDataAsync(Metadata(Size), Segment(records), default);
        var read = new byte[Size];
        await storage.FetchLogSegmentAsync(kept, 0, read, default);
        Assert.Equal(records, read);
        Assert.Equal(4, (await server.KeysAsync("bucket")).Length);
    }

    [Theory]
    [InlineData("RequestTimeTooSkewed", 403, "set it, best by NTP")]
    [InlineData("AccessDenied", 403, "need s3:PutObject")]
    [InlineData("InvalidAccessKeyId", 403, "check rsm.config.s3.access.key.id")]
    [InlineData("AuthorizationHeaderMalformed", 400, "set rsm.config.s3.region")]
    [InlineData("ExpiredToken", 400, "temporary credentials have ended")]
    [InlineData("InvalidObjectState", 403, "rsm.config.s3.storage.class")]
    [InlineData("Curious", 418, "418 Curious: words of the service")]
    public void An_answer_is_told_with_what_to_do(string code, int status, string advice)
    {
        var answer = new Amazon.S3.AmazonS3Exception("words of the service")
        {
            ErrorCode = code,
            StatusCode = (System.Net.HttpStatusCode)status,
        };

        var error = S3Failures.Explain(answer, "PUT of", "a/key", Settings("bucket", Server.Endpoint));

        Assert.StartsWith("PUT of s3://bucket/a/key at http://127.0.0.1:", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.False(S3Failures.MayPass(answer));
    }

    [Theory]
    [InlineData("SlowDown", 503)]
    [InlineData("InternalError", 500)]
    [InlineData("RequestTimeout", 400)]
    [InlineData("BadDigest", 400)]
    [InlineData("TooManyRequests", 429)]
    public void An_answer_that_may_pass_is_tried_again(string code, int status)
    {
        var answer = new Amazon.S3.AmazonS3Exception("words of the service")
        {
            ErrorCode = code,
            StatusCode = (System.Net.HttpStatusCode)status,
        };

        Assert.True(S3Failures.MayPass(answer));
    }

    [Fact]
    public void A_404_of_something_in_between_is_no_missing_object()
    {
        var answer = new Amazon.S3.AmazonS3Exception("nginx") { StatusCode = System.Net.HttpStatusCode.NotFound };

        var error = S3Failures.Explain(answer, "GET of", "a/key", Settings("bucket", Server.Endpoint));

        Assert.IsType<RemoteStorageException>(error);
    }

    private async Task<RemoteStorageException> FailsToCopyAsync(S3RemoteStorageManager storage) =>
        await Assert.ThrowsAsync<RemoteStorageException>(async () =>
            await storage.CopyLogSegmentDataAsync(Metadata(100), Segment(Records(100)), default));
}
