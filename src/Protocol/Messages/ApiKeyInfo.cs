namespace Platform.Protocol.Messages;

/// <summary>What the schema file says of an API.</summary>
public sealed record ApiKeyInfo(
    ApiKey Key,
    short LowestVersion,
    short HighestVersion,
    short FirstFlexibleVersion,
    bool LatestVersionUnstable,
    bool OnBroker,
    bool OnController,
    Func<IRequest> NewRequest,
    Func<IResponse> NewResponse)
{
    /// <summary>The newest version that may be advertised.</summary>
    public short HighestStableVersion => LatestVersionUnstable ? (short)(HighestVersion - 1) : HighestVersion;

    /// <summary>True when the version is declared.</summary>
    public bool Supports(short version) => version >= LowestVersion && version <= HighestVersion;

    /// <summary>True when the version uses compact lengths and tagged fields.</summary>
    public bool IsFlexible(short version) => version >= FirstFlexibleVersion;

    /// <summary>Version of the request header.</summary>
    public short RequestHeaderVersion(short version) => IsFlexible(version) ? (short)2 : (short)1;

    /// <summary>Version of the response header; ApiVersions always answers with 0, as its client may know nothing newer (KIP-511).</summary>
    public short ResponseHeaderVersion(short version) => IsFlexible(version) && Key != ApiKey.ApiVersions ? (short)1 : (short)0;
}

/// <summary>All APIs that have a schema.</summary>
public static partial class ApiKeys
{
    /// <summary>Every API, in the order of its number.</summary>
    public static IEnumerable<ApiKeyInfo> All => Table.OfType<ApiKeyInfo>();

    /// <summary>What is known of <paramref name="key"/>, or null when no schema declares it.</summary>
    public static ApiKeyInfo? Find(short key) => key >= 0 && key < Table.Length ? Table[key] : null;

    /// <summary>What is known of <paramref name="key"/>.</summary>
    public static ApiKeyInfo Get(ApiKey key) => Find((short)key) ?? throw new ArgumentOutOfRangeException(nameof(key), key, "no schema");
}
