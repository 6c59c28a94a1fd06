using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Platform.Broker.Tiering.S3;

/// <summary>Makes the client of Amazon's library. Retries and time limits are ours (<see cref="S3Caller"/>), so that they
/// have names and count in one place only.</summary>
internal static class S3Client
{
    /// <summary>A client; without an access key in the settings this may ask the machine who it is, and wait.</summary>
    public static AmazonS3Client Create(S3Settings settings)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = settings.PathStyle,
            MaxErrorRetry = 0,
            // A limit of its own for every attempt lies above; this one must not come first.
            Timeout = settings.RequestTimeout + TimeSpan.FromMinutes(1),
            AllowAutoRedirect = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = settings.Region;
        }
        else if (settings.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        return Credentials(settings) is { } credentials ? new(credentials, config) : new(config);
    }

    private static AWSCredentials? Credentials(S3Settings settings) => settings switch
    {
        { AccessKeyId: null } => null,
        { SessionToken: { } token } => new SessionAWSCredentials(settings.AccessKeyId, settings.SecretAccessKey, token),
        _ => new BasicAWSCredentials(settings.AccessKeyId, settings.SecretAccessKey),
    };
}
