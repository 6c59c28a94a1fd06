using System.Globalization;

namespace Platform.Cluster.Security;

/// <summary>Hosts that a rule is about: one address, a range of addresses in CIDR notation (KIP-1276), or all.</summary>
public sealed class HostPattern
{
    private const int BitsPerByte = 8;
    private readonly string _text;
    private readonly byte[]? _network;
    private readonly int _prefixBits;

    private HostPattern(string text, byte[]? network, int prefixBits) =>
        (_text, _network, _prefixBits) = (text, network, prefixBits);

    /// <summary>Reads what stands in a rule; null when it looks like a range and is none.</summary>
    public static HostPattern? Parse(string host)
    {
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return new HostPattern(host, null, 0);
        if (!System.Net.IPAddress.TryParse(host.AsSpan(0, slash), out var address))
            return null;
        var network = address.GetAddressBytes();
        return int.TryParse(host.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            && bits <= network.Length * BitsPerByte ? new HostPattern(host, network, bits) : null;
    }

    /// <summary>Is the rule about this client's address?</summary>
    public bool Matches(string host) =>
        _network is null ? _text == Protocol.AclBinding.Wildcard || _text == host : Contains(host);

    private bool Contains(string host)
    {
        if (!System.Net.IPAddress.TryParse(host, out var address))
            return false;
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length) || length != _network!.Length)
            return false;
        var whole = _prefixBits / BitsPerByte;
        if (!bytes[..whole].SequenceEqual(_network.AsSpan(0, whole)))
            return false;
        var rest = _prefixBits % BitsPerByte;
        return rest == 0 || (bytes[whole] ^ _network[whole]) >> (BitsPerByte - rest) == 0;
    }
}
