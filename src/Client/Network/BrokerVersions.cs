using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Network;

/// <summary>The versions that one broker speaks, learnt from its answer to ApiVersions.</summary>
public sealed class BrokerVersions
{
    private readonly Dictionary<short, (short Min, short Max)> _ranges;

    internal BrokerVersions(ApiVersionsResponse response)
    {
        _ranges = new(response.ApiKeys.Count);
        foreach (var api in response.ApiKeys)
            _ranges[api.ApiKey] = (api.MinVersion, api.MaxVersion);
        FinalizedFeatures = response.FinalizedFeatures.ToDictionary(feature => feature.Name,
            feature => feature.MaxVersionLevel);
    }

    /// <summary>Features that the cluster has switched on, by name, with their level (KIP-584).</summary>
    public IReadOnlyDictionary<string, short> FinalizedFeatures { get; }

    /// <summary>True when the broker speaks a version of <paramref name="key"/> that this client knows.</summary>
    public bool Supports(ApiKey key) => Common(ApiKeys.Get(key), short.MaxValue) >= 0;

    /// <summary>The newest version that both sides know, at most <paramref name="limit"/>.</summary>
    /// <exception cref="KafkaException">There is none.</exception>
    public short Pick(ApiKeyInfo api, short limit = short.MaxValue)
    {
        var version = Common(api, limit);
        if (version >= 0)
            return version;
        var offered = _ranges.TryGetValue((short)api.Key, out var range) ? $"versions {range.Min}-{range.Max}"
            : "nothing";
        throw new KafkaException(ErrorCode.UnsupportedVersion,
            $"{api.Key}: the broker offers {offered}, "
            + $"this client needs {api.LowestVersion}-{Math.Min(limit, api.HighestStableVersion)}");
    }

    private short Common(ApiKeyInfo api, short limit)
    {
        if (!_ranges.TryGetValue((short)api.Key, out var range))
            return -1;
        var newest = Math.Min(Math.Min(range.Max, limit), api.HighestStableVersion);
        return newest >= Math.Max(range.Min, api.LowestVersion) ? newest : (short)-1;
    }
}
