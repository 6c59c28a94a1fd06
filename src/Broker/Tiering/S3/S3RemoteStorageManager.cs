using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Platform.Storage;

namespace Platform.Broker.Tiering.S3;

/// <summary>
/// Remote storage in a bucket of S3. A copy is two objects: <c>topic-id/partition/offset-id.log</c>, byte for byte the
/// segment, and <c>….indexes</c>, all its indexes in one (<see cref="RemoteIndexPack"/>), because services charge for
/// each request. The table of the indexes goes into the copy's custom metadata.
/// </summary>
internal sealed class S3RemoteStorageManager : IRemoteStorageManager
{
    private const string Log = ".log";
    private const string Indexes = ".indexes";

    private readonly S3Settings _settings;
    private readonly IFileSystem _files;
    private readonly S3Caller _caller;
    private readonly S3Upload _upload;
    private readonly RemoteStorageCounters _counters;
    private readonly ILogger _logger;
    private int _toldOfUploads;

    public S3RemoteStorageManager(S3Settings settings, IFileSystem files, TimeProvider time, Random random,
        RemoteStorageCounters counters, ILogger logger)
    {
        (_settings, _files, _counters, _logger) = (settings, files, counters, logger);
        _caller = new S3Caller(settings, time, random, counters, logger);
        _upload = new S3Upload(settings, _caller, time, counters, logger);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> CopyLogSegmentDataAsync(
        RemoteLogSegmentMetadata metadata, LogSegmentData data, CancellationToken cancellation)
    {
        var key = KeyOf(metadata);
        try
        {
            var pack = RemoteIndexPack.Build(_files, data);
            using (var log = _files.OpenFile(data.LogSegment, FileOpening.ReadOnly))
                await _upload.UploadAsync(key + Log, log, metadata.SegmentSizeInBytes, cancellation);
            await _upload.PutAsync(key + Indexes, pack, cancellation);
            return pack.AsMemory(0, RemoteIndexPack.TableBytes);
        }
        catch (IOException error) when (error is not RemoteStorageException)
        {
            throw new RemoteStorageException(
                $"reading {data.LogSegment} and its indexes to copy them failed: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> FetchLogSegmentAsync(
        RemoteLogSegmentMetadata metadata, int startPosition, Memory<byte> destination, CancellationToken cancellation)
    {
        var left = Math.Max(0, metadata.SegmentSizeInBytes - startPosition);
        var wanted = destination[..Math.Min(left, destination.Length)];
        if (wanted.Length > 0)
            await ReadAsync(KeyOf(metadata) + Log, startPosition, wanted, cancellation);
        return wanted.Length;
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> FetchIndexAsync(
        RemoteLogSegmentMetadata metadata, RemoteIndexType index, CancellationToken cancellation)
    {
        var key = KeyOf(metadata) + Indexes;
        var table = metadata.CustomMetadata ?? default;
        if (!RemoteIndexPack.IsTable(table.Span))
            table = await ReadPackAsync(key, index, 0, RemoteIndexPack.TableBytes, cancellation);
        var entry = RemoteIndexPack.Find(table.Span, index, key);
        if (entry.Length == 0)
            return default;
        var content = await ReadPackAsync(key, index, entry.Position, entry.Length, cancellation);
        entry.Verify(content.Span, key);
        return content;
    }

    /// <inheritdoc/>
    public async ValueTask DeleteLogSegmentDataAsync(
        RemoteLogSegmentMetadata metadata, CancellationToken cancellation)
    {
        var key = KeyOf(metadata);
        // A broker that died while it copied could not abort: its parts are charged for and seen by nobody.
        foreach (var upload in await UploadsAsync(key + Log, cancellation))
            await _upload.AbortAsync(key + Log, upload, cancellation);
        await DeleteAsync([key + Log, key + Indexes], cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _upload.Dispose();
        _caller.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Memory<byte>> ReadPackAsync(
        string key, RemoteIndexType index, int position, int length, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(key, position, new byte[length], cancellation);
        }
        catch (RemoteResourceNotFoundException error) when (index == RemoteIndexType.Transaction)
        {
            // Only a copy can say that it has no such index; without one nothing is known of its transactions.
            throw new RemoteStorageException(error.Message, error);
        }
    }

    private async Task<Memory<byte>> ReadAsync(
        string key, int position, Memory<byte> destination, CancellationToken cancellation)
    {
        var last = position + destination.Length - 1L;
        await _caller.CallAsync($"GET of bytes {position}-{last} of", key, async (client, token) =>
        {
            var request = new GetObjectRequest
            {
                BucketName = _settings.Bucket,
                Key = key,
                ByteRange = new ByteRange(position, last),
            };
            using var response = await client.GetObjectAsync(request, token);
            RequireRange(response, position);
            await response.ResponseStream.ReadExactlyAsync(destination, token);
            return true;
        }, cancellation);
        Interlocked.Add(ref _counters.BytesRead, destination.Length);
        return destination;
    }

    // A service or proxy that does not know of ranges answers with the beginning, which is other bytes.
    private static void RequireRange(GetObjectResponse response, int position)
    {
        var expected = string.Create(CultureInfo.InvariantCulture, $"bytes {position}-");
        var isWhole = response.HttpStatusCode == HttpStatusCode.OK && position == 0;
        if (!isWhole && response.ContentRange?.StartsWith(expected, StringComparison.Ordinal) != true)
            throw new RemoteStorageException($"The service answered {(int)response.HttpStatusCode} with range "
                + $"'{response.ContentRange}' where '{expected}…' was asked for: it does not serve ranges");
    }

    private async Task<IReadOnlyList<string>> UploadsAsync(string key, CancellationToken cancellation)
    {
        try
        {
            var found = await _caller.CallAsync("listing uploads of", key, (client, token) =>
                client.ListMultipartUploadsAsync(
                    new ListMultipartUploadsRequest { BucketName = _settings.Bucket, Prefix = key }, token), cancellation);
            return [.. (found.MultipartUploads ?? []).Where(upload => upload.Key == key).Select(upload => upload.UploadId)];
        }
        catch (RemoteStorageException error) when (error.InnerException is AmazonS3Exception
            { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.NotImplemented, ErrorCode: not "NoSuchBucket" })
        {
            // The copies must go all the same; a lifecycle rule of the bucket can clean up after uploads.
            if (Interlocked.Exchange(ref _toldOfUploads, 1) == 0)
                _logger.S3UploadsNotListed(error.Message);
            return [];
        }
    }

    private async Task DeleteAsync(string[] keys, CancellationToken cancellation)
    {
        try
        {
            await _caller.CallAsync("deleting", keys[0] + " and its indexes", (client, token) =>
                client.DeleteObjectsAsync(new DeleteObjectsRequest
                {
                    BucketName = _settings.Bucket,
                    Objects = [.. keys.Select(key => new KeyVersion { Key = key })],
                    Quiet = true,
                }, token), cancellation);
        }
        catch (RemoteStorageException error) when (error.InnerException is AmazonS3Exception
            { StatusCode: HttpStatusCode.NotImplemented })
        {
            foreach (var key in keys)
                await _caller.CallAsync("deleting", key,
                    (client, token) => client.DeleteObjectAsync(_settings.Bucket, key, token), cancellation);
        }
    }

    private string KeyOf(RemoteLogSegmentMetadata metadata) => _settings.KeyPrefix
        + $"{RemoteSegmentNames.Topic(metadata.RemoteLogSegmentId)}/"
        + $"{RemoteSegmentNames.Partition(metadata.RemoteLogSegmentId)}/{RemoteSegmentNames.Segment(metadata)}";
}
