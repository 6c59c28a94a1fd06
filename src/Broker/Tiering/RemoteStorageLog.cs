using Microsoft.Extensions.Logging;

namespace Platform.Broker.Tiering;

/// <summary>What remote storage says in the log.</summary>
internal static partial class RemoteStorageLog
{
    [LoggerMessage(LogLevel.Information, "{Asked} s3://{Bucket}/{Key} is tried again: {Reason}")]
    public static partial void S3Retry(this ILogger logger, string asked, string bucket, string? key, string reason);

    [LoggerMessage(LogLevel.Warning, "The unfinished upload of s3://{Bucket}/{Key} could not be aborted; it is when the "
        + "copy is deleted, or by a lifecycle rule of the bucket: {Reason}")]
    public static partial void S3UploadLeftOver(this ILogger logger, string bucket, string key, string reason);

    [LoggerMessage(LogLevel.Warning, "Unfinished uploads cannot be looked for, so that parts may stay in the bucket; "
        + "allow it, or let a lifecycle rule of the bucket abort them. Told once: {Reason}")]
    public static partial void S3UploadsNotListed(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "The cache of remote storage does without a file, and reads go to remote storage: "
        + "{What}. Not told again for a minute")]
    public static partial void CacheFailed(this ILogger logger, Exception? error, string what);
}
