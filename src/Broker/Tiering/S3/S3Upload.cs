using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Platform.Storage;

namespace Platform.Broker.Tiering.S3;

/// <summary>Uploads files, in parts when they are large. An object appears whole or not at all.</summary>
internal sealed class S3Upload(
    S3Settings settings, S3Caller caller, TimeProvider time, RemoteStorageCounters counters, ILogger logger) : IDisposable
{
    // A broker that stops must not wait for a service that does not answer.
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(5);

    // Over all segments: connections and the work of hashing stay bounded however many are copied at once.
    private readonly SemaphoreSlim _uploads = new(settings.UploadParallelism);

    /// <summary>Uploads the first bytes of a file.</summary>
    public Task UploadAsync(string key, IStorageFile file, long length, CancellationToken cancellation) =>
        length <= settings.PartSizeBytes
            ? PutAsync(key, () => new SegmentStream(file, 0, length), length, cancellation)
            : UploadPartsAsync(key, file, length, cancellation);

    /// <summary>Uploads bytes in one request.</summary>
    public Task PutAsync(string key, byte[] content, CancellationToken cancellation) =>
        PutAsync(key, () => new MemoryStream(content, writable: false), content.Length, cancellation);

    public void Dispose() => _uploads.Dispose();

    private Task PutAsync(string key, Func<Stream> body, long length, CancellationToken cancellation) => BoundedAsync(
        $"PUT of {length} bytes to", key, length, (client, token) => client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = settings.Bucket,
            Key = key,
            InputStream = body(),
            // Chunks with signatures of their own are not understood by all who speak S3.
            UseChunkEncoding = false,
            DisablePayloadSigning = !settings.SignsPayload,
            DisableDefaultChecksumValidation = true,
            StorageClass = settings.StorageClass is { } name ? S3StorageClass.FindValue(name) : null,
            ServerSideEncryptionMethod = Encryption(),
            ServerSideEncryptionKeyManagementServiceKeyId = settings.KmsKeyId,
        }, token), cancellation);

    private async Task UploadPartsAsync(string key, IStorageFile file, long length, CancellationToken cancellation)
    {
        var upload = await BeginAsync(key, cancellation);
        try
        {
            var count = (int)((length + settings.PartSizeBytes - 1) / settings.PartSizeBytes);
            var parts = new PartETag[count];
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = settings.UploadParallelism,
                CancellationToken = cancellation,
            };
            await Parallel.ForAsync(0, count, options, async (index, token) =>
                parts[index] = await UploadPartAsync(key, upload, index, file, length, token));
            await CompleteAsync(key, upload, [.. parts], length, cancellation);
        }
        catch
        {
            await TryAbortAsync(key, upload);
            throw;
        }
    }

    private async Task<string> BeginAsync(string key, CancellationToken cancellation)
    {
        var response = await caller.CallAsync("beginning to upload", key, (client, token) =>
            client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest
            {
                BucketName = settings.Bucket,
                Key = key,
                StorageClass = settings.StorageClass is { } name ? S3StorageClass.FindValue(name) : null,
                ServerSideEncryptionMethod = Encryption(),
                ServerSideEncryptionKeyManagementServiceKeyId = settings.KmsKeyId,
            }, token), cancellation);
        return response.UploadId;
    }

    private async Task<PartETag> UploadPartAsync(
        string key, string upload, int index, IStorageFile file, long length, CancellationToken cancellation)
    {
        var start = (long)index * settings.PartSizeBytes;
        var size = Math.Min(settings.PartSizeBytes, length - start);
        var response = await BoundedAsync($"uploading bytes {start}-{start + size - 1} of", key, size, (client, token) =>
            client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = settings.Bucket,
                Key = key,
                UploadId = upload,
                PartNumber = index + 1,
                PartSize = size,
                InputStream = new SegmentStream(file, start, size),
                UseChunkEncoding = false,
                DisablePayloadSigning = !settings.SignsPayload,
                DisableDefaultChecksumValidation = true,
            }, token), cancellation);
        return new PartETag(index + 1, response.ETag);
    }

    private Task CompleteAsync(
        string key, string upload, List<PartETag> parts, long length, CancellationToken cancellation)
    {
        var attempts = 0;
        return caller.CallAsync("completing the upload of", key, async (client, token) =>
        {
            try
            {
                attempts++;
                await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
                {
                    BucketName = settings.Bucket,
                    Key = key,
                    UploadId = upload,
                    PartETags = parts,
                }, token);
            }
            catch (AmazonS3Exception error) when (attempts > 1 && S3Failures.IsMissing(error, S3Failures.NoSuchUpload))
            {
                // An attempt before this one was heard, only its answer was lost.
                var found = await client.GetObjectMetadataAsync(settings.Bucket, key, token);
                if (found.ContentLength != length)
                    throw;
            }
            return true;
        }, cancellation);
    }

    // Without the caller's cancellation: after that most of all the parts must go, because they cost money unseen.
    private async Task TryAbortAsync(string key, string upload)
    {
        using var limit = new CancellationTokenSource(AbortLimit, time);
        try
        {
            await AbortAsync(key, upload, limit.Token);
        }
        catch (Exception error) when (error is RemoteStorageException or OperationCanceledException)
        {
            logger.S3UploadLeftOver(settings.Bucket, key, error.Message);
        }
    }

    /// <summary>Gives up an upload, so that its parts are no longer kept.</summary>
    public Task AbortAsync(string key, string upload, CancellationToken cancellation) =>
        caller.CallAsync("aborting the upload of", key, async (client, token) =>
        {
            try
            {
                await client.AbortMultipartUploadAsync(settings.Bucket, key, upload, token);
            }
            catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
            {
                return false;       // completed or aborted before
            }
            return true;
        }, cancellation);

    private async Task<T> BoundedAsync<T>(string asked, string key, long bytes,
        Func<AmazonS3Client, CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        await _uploads.WaitAsync(cancellation);
        try
        {
            var response = await caller.CallAsync(asked, key, call, cancellation);
            Interlocked.Add(ref counters.BytesWritten, bytes);
            return response;
        }
        finally
        {
            _uploads.Release();
        }
    }

    private ServerSideEncryptionMethod? Encryption() =>
        settings.ServerSideEncryption is { } name ? ServerSideEncryptionMethod.FindValue(name) : null;
}
