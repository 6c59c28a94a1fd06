namespace Platform.Cluster.Configuration;

/// <content>Object storage that speaks S3.</content>
public static partial class BrokerConfigs
{
    /// <summary>Bucket.</summary>
    public static readonly ConfigKey<string?> S3BucketName = Group.OptionalString("rsm.config.s3.bucket.name",
        "The bucket that copies are kept in; it must exist. Needed for s3.");

    /// <summary>Prefix of keys.</summary>
    public static readonly ConfigKey<string> S3KeyPrefix = Group.String("rsm.config.s3.key.prefix", "",
        "What the key of every object begins with, such as kafka/; another one for each cluster of a bucket.");

    /// <summary>Address of the service.</summary>
    public static readonly ConfigKey<string?> S3EndpointUrl = Group.OptionalString("rsm.config.s3.endpoint.url",
        "Address of a service other than Amazon's, as http://host:port or https://host:port.");

    /// <summary>Region.</summary>
    public static readonly ConfigKey<string?> S3Region = Group.OptionalString("rsm.config.s3.region",
        "Region of the bucket, which is part of every signature. Not set: AWS_REGION, or us-east-1 with an endpoint.");

    /// <summary>Bucket in the path.</summary>
    public static readonly ConfigKey<bool?> S3PathStyle = Group.OptionalBoolean("rsm.config.s3.path.style.access.enabled",
        "Name the bucket in the path and not in the name of the host. Not set: true with an endpoint, else false.");

    /// <summary>Key id.</summary>
    public static readonly ConfigKey<string?> S3AccessKeyId = Group.OptionalString("rsm.config.s3.access.key.id",
        "Who asks. Not set: AWS_ACCESS_KEY_ID, the shared credentials file, or the role of the container or machine.");

    /// <summary>Secret key.</summary>
    public static readonly ConfigKey<string?> S3SecretAccessKey = Group.OptionalPassword(
        "rsm.config.s3.secret.access.key", "The secret that belongs to rsm.config.s3.access.key.id.");

    /// <summary>Token of temporary credentials.</summary>
    public static readonly ConfigKey<string?> S3SessionToken = Group.OptionalPassword("rsm.config.s3.session.token",
        "The token of temporary credentials.");

    /// <summary>Size of a part.</summary>
    public static readonly ConfigKey<int> S3PartSizeBytes = Group.Int("rsm.config.s3.multipart.part.size.bytes",
        16 * Size.MiB, min: 5 * Size.MiB, max: Size.GiB,
        doc: "Segments larger than this are uploaded in parts of this size, several at a time. S3 allows 5 MiB or more.");

    /// <summary>Uploads at once.</summary>
    public static readonly ConfigKey<int> S3UploadParallelism = Group.Int("rsm.config.s3.upload.parallelism", 4, min: 1,
        max: 64, doc: "Uploads that run at the same time, over all segments. Each reads its part from the page cache.");

    /// <summary>Time for a request.</summary>
    public static readonly ConfigKey<int> S3RequestTimeoutMs = Group.Int("rsm.config.s3.request.timeout.ms",
        30 * (int)Time.Second, min: 1,
        doc: "Time in which a request must be over, its body included: a part must be uploaded, a chunk read in it.");

    /// <summary>Retries.</summary>
    public static readonly ConfigKey<int> S3Retries = Group.Int("rsm.config.s3.retries", 4, min: 0, max: 100,
        doc: "How often a request is sent again after an error of the network or of the service. What still fails is "
        + "tried again by tiered storage itself.");

    /// <summary>First pause.</summary>
    public static readonly ConfigKey<int> S3RetryBackoffMs = Group.Int("rsm.config.s3.retry.backoff.ms", 100, min: 0,
        doc: "Pause before a request is sent again; it doubles each time.");

    /// <summary>Longest pause.</summary>
    public static readonly ConfigKey<int> S3RetryBackoffMaxMs = Group.Int("rsm.config.s3.retry.backoff.max.ms",
        5 * (int)Time.Second, min: 0, doc: "The longest pause before a request is sent again.");

    /// <summary>Signing of bodies.</summary>
    public static readonly ConfigKey<bool> S3PayloadSigning = Group.Boolean("rsm.config.s3.payload.signing.enabled", true,
        "Sign the SHA-256 of what is uploaded, so that the service refuses what was changed on its way. false saves that "
        + "time and is possible over https only, which has checksums of its own.");

    /// <summary>Encryption.</summary>
    public static readonly ConfigKey<string?> S3ServerSideEncryption = Group.OptionalString(
        "rsm.config.s3.server.side.encryption", oneOf: ["AES256", "aws:kms"],
        doc: "How the service shall encrypt what it keeps; not set: as the bucket says.");

    /// <summary>Key of the encryption.</summary>
    public static readonly ConfigKey<string?> S3SseKmsKeyId = Group.OptionalString("rsm.config.s3.sse.kms.key.id",
        "The key for aws:kms; not set: the account's own.");

    /// <summary>Storage class.</summary>
    public static readonly ConfigKey<string?> S3StorageClass = Group.OptionalString("rsm.config.s3.storage.class",
        "Class of storage, such as STANDARD_IA; one that must be restored before reading (GLACIER) cannot be used.");
}
