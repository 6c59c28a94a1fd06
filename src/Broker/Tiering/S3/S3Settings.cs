using Platform.Cluster.Configuration;

namespace Platform.Broker.Tiering.S3;

/// <summary>What a node knows of its bucket. A class and not a record: it holds secrets, which must not be printed.</summary>
internal sealed class S3Settings
{
    public required string Bucket { get; init; }

    public string KeyPrefix { get; init; } = "";

    /// <summary>Null for Amazon's own.</summary>
    public Uri? Endpoint { get; init; }

    public string? Region { get; init; }

    public bool PathStyle { get; init; }

    /// <summary>Null for the chain of environment, shared file, container and machine.</summary>
    public string? AccessKeyId { get; init; }

    public string? SecretAccessKey { get; init; }

    public string? SessionToken { get; init; }

    public int PartSizeBytes { get; init; } = BrokerConfigs.S3PartSizeBytes.DefaultValue;

    public int UploadParallelism { get; init; } = BrokerConfigs.S3UploadParallelism.DefaultValue;

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMilliseconds(BrokerConfigs.S3RequestTimeoutMs.DefaultValue);

    public int Retries { get; init; } = BrokerConfigs.S3Retries.DefaultValue;

    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromMilliseconds(BrokerConfigs.S3RetryBackoffMs.DefaultValue);

    public TimeSpan RetryBackoffMax { get; init; } =
        TimeSpan.FromMilliseconds(BrokerConfigs.S3RetryBackoffMaxMs.DefaultValue);

    public bool SignsPayload { get; init; } = true;

    public string? ServerSideEncryption { get; init; }

    public string? KmsKeyId { get; init; }

    public string? StorageClass { get; init; }

    /// <summary>Where requests go, for messages.</summary>
    public string Address => Endpoint?.ToString().TrimEnd('/') ?? $"Amazon S3 in {Region ?? "the region of AWS_REGION"}";

    /// <summary>Reads rsm.config.s3.*.</summary>
    /// <exception cref="ConfigException">Something is missing, or does not fit the rest; it lists all of it.</exception>
    public static S3Settings Read(BrokerConfig config)
    {
        var endpoint = config.Get(BrokerConfigs.S3EndpointUrl);
        var problems = Problems(config, endpoint).ToList();
        if (problems.Count > 0)
            throw new ConfigException(problems);
        return new S3Settings
        {
            Bucket = config.Get(BrokerConfigs.S3BucketName)!,
            KeyPrefix = config[BrokerConfigs.S3KeyPrefix].TrimStart('/'),
            Endpoint = endpoint is null ? null : new Uri(endpoint),
            Region = config.Get(BrokerConfigs.S3Region) ?? (endpoint is null ? null : "us-east-1"),
            PathStyle = config.Get(BrokerConfigs.S3PathStyle) ?? endpoint is not null,
            AccessKeyId = config.Get(BrokerConfigs.S3AccessKeyId),
            SecretAccessKey = config.Get(BrokerConfigs.S3SecretAccessKey),
            SessionToken = config.Get(BrokerConfigs.S3SessionToken),
            PartSizeBytes = config[BrokerConfigs.S3PartSizeBytes],
            UploadParallelism = config[BrokerConfigs.S3UploadParallelism],
            RequestTimeout = TimeSpan.FromMilliseconds(config[BrokerConfigs.S3RequestTimeoutMs]),
            Retries = config[BrokerConfigs.S3Retries],
            RetryBackoff = TimeSpan.FromMilliseconds(config[BrokerConfigs.S3RetryBackoffMs]),
            RetryBackoffMax = TimeSpan.FromMilliseconds(config[BrokerConfigs.S3RetryBackoffMaxMs]),
            SignsPayload = config[BrokerConfigs.S3PayloadSigning],
            ServerSideEncryption = config.Get(BrokerConfigs.S3ServerSideEncryption),
            KmsKeyId = config.Get(BrokerConfigs.S3SseKmsKeyId),
            StorageClass = config.Get(BrokerConfigs.S3StorageClass),
        };
    }

    private static IEnumerable<ConfigProblem> Problems(BrokerConfig config, string? endpoint)
    {
        if (string.IsNullOrEmpty(config.Get(BrokerConfigs.S3BucketName)))
            yield return new(BrokerConfigs.S3BucketName.Name, null, "must name the bucket that segments are copied to");
        if (endpoint is not null && !IsWebAddress(endpoint))
            yield return new(BrokerConfigs.S3EndpointUrl.Name, endpoint, "must be http://host:port or https://host:port");
        var hasSecret = config.Get(BrokerConfigs.S3SecretAccessKey) is not null;
        if (config.Get(BrokerConfigs.S3AccessKeyId) is null == hasSecret)
            yield return new((hasSecret ? BrokerConfigs.S3AccessKeyId : BrokerConfigs.S3SecretAccessKey).Name, null,
                "is missing: id and secret of an access key belong together");
        if (config.Get(BrokerConfigs.S3SessionToken) is not null && !hasSecret)
            yield return new(BrokerConfigs.S3SessionToken.Name, null, "needs the access key that it belongs to");
        if (!config[BrokerConfigs.S3PayloadSigning] && endpoint?.StartsWith("http:", StringComparison.Ordinal) == true)
            yield return new(BrokerConfigs.S3PayloadSigning.Name, "false", $"needs https, but the endpoint is {endpoint}");
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == "http" || uri.Scheme == "https");
}
