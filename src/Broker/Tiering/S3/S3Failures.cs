using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Tiering.S3;

/// <summary>What errors of S3 mean, and what to do about them.</summary>
internal static class S3Failures
{
    public const string NoSuchKey = "NoSuchKey";
    public const string NoSuchUpload = "NoSuchUpload";
    private const string InvalidRange = "InvalidRange";

    // Answers with a status below 500 that another attempt may turn: lost or changed on the way, or too much at once.
    private static readonly string[] PassingCodes =
    [
        "RequestTimeout", "SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests",
        "OperationAborted", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch", "InternalError",
        "ServiceUnavailable",
    ];

    private static readonly string[] CredentialWords = ["credentials", "instance metadata"];

    /// <summary>True when the same request may succeed a little later.</summary>
    public static bool MayPass(Exception error) => error switch
    {
        RemoteStorageException => false,
        DeleteObjectsException some => some.Response.DeleteErrors.TrueForAll(one => PassingCodes.Contains(one.Code)),
        AmazonServiceException answer when answer.StatusCode != 0 => IsPassing(answer),
        AmazonServiceException or HttpRequestException or IOException or TimeoutException or OperationCanceledException
            => true,
        // The library wraps what the network did.
        AmazonClientException { InnerException: { } inner } => MayPass(inner),
        _ => false,
    };

    /// <summary>True for the answer that says so in S3's own words: a 404 of something in between does not.</summary>
    public static bool IsMissing(Exception error, string code) =>
        error is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } answer && answer.ErrorCode == code;

    /// <summary>The exception that tells the whole story.</summary>
    public static RemoteStorageException Explain(Exception error, string asked, string? key, S3Settings settings)
    {
        if (error is RemoteStorageException told)
            return told;
        var what = $"{asked} s3://{settings.Bucket}{(key is null ? "" : "/" + key)} at {settings.Address}";
        return IsMissing(error, NoSuchKey)
            ? new RemoteResourceNotFoundException($"{what}: there is no such object", error)
            : new RemoteStorageException($"{what} failed: {Why(error, settings)}", error);
    }

    /// <summary>Why it failed, and what to do.</summary>
    public static string Why(Exception error, S3Settings settings) => error switch
    {
        DeleteObjectsException { Response.DeleteErrors: [var first, ..] } =>
            $"{first.Key} was not deleted: {first.Code}: {first.Message}",
        AmazonServiceException { StatusCode: not 0 } answer => Answer(answer, settings),
        TimeoutException => $"{error.Message} ({BrokerConfigs.S3RequestTimeoutMs.Name})",
        _ when settings.AccessKeyId is null && IsOfCredentials(error) =>
            $"no credentials were found: {error.Message}; set {BrokerConfigs.S3AccessKeyId.Name} and "
            + $"{BrokerConfigs.S3SecretAccessKey.Name}, or what Amazon's tools read",
        _ when Innermost(error) is SocketException or HttpRequestException =>
            $"the service cannot be reached: {Innermost(error).Message}; "
            + $"check {BrokerConfigs.S3EndpointUrl.Name} and the network",
        AmazonClientException when settings.Region is null =>
            $"{Innermost(error).Message}; set {BrokerConfigs.S3Region.Name}",
        _ => Innermost(error).Message,
    };

    private static string Answer(AmazonServiceException answer, S3Settings settings) => answer.ErrorCode switch
    {
        "NoSuchBucket" => $"there is no bucket {settings.Bucket}; make it, or correct {BrokerConfigs.S3BucketName.Name}",
        "AccessDenied" or "AllAccessDisabled" or "AccountProblem" => $"access is denied ({answer.Message}); the credentials "
            + "need s3:PutObject, s3:GetObject, s3:DeleteObject, s3:AbortMultipartUpload and "
            + "s3:ListBucketMultipartUploads for it",
        "InvalidAccessKeyId" => $"the access key is not known; check {BrokerConfigs.S3AccessKeyId.Name}",
        "SignatureDoesNotMatch" => $"the signature is wrong; check {BrokerConfigs.S3SecretAccessKey.Name} and "
            + BrokerConfigs.S3Region.Name,
        "ExpiredToken" or "InvalidToken" => $"the temporary credentials have ended ({answer.Message})",
        "RequestTimeTooSkewed" or "RequestExpired" =>
            "this machine's clock differs from the service's by more than it allows; set it, best by NTP",
        "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" =>
            $"the bucket is in another region ({answer.Message}); set {BrokerConfigs.S3Region.Name}",
        "InvalidObjectState" => $"the object is archived and must be restored first ({BrokerConfigs.S3StorageClass.Name})",
        InvalidRange => "the object ends before the bytes that it should hold: it was changed by someone else",
        _ => $"{(int)answer.StatusCode} {answer.ErrorCode}: {answer.Message}",
    };

    private static bool IsPassing(AmazonServiceException answer) =>
        (int)answer.StatusCode >= 500 && answer.StatusCode != HttpStatusCode.NotImplemented
        || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || PassingCodes.Contains(answer.ErrorCode);

    // The library has no type for it, only words.
    private static bool IsOfCredentials(Exception error)
    {
        for (Exception? one = error; one is not null; one = one.InnerException)
        {
            if (CredentialWords.Any(word => one.Message.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return true;
        }
        return false;
    }

    private static Exception Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
            error = inner;
        return error;
    }
}
