using System.Globalization;

namespace Platform.Cluster.Configuration;

/// <summary>A host and a port, such as <c>kafka:9092</c> or <c>[::1]:9092</c>.</summary>
public readonly record struct HostAndPort(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; the host may be empty.</summary>
    public static bool TryParse(string text, out HostAndPort address)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text[..colon].Trim();
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!bracketed && host.AsSpan().IndexOfAny(" ,/:[]") >= 0)
            return false;
        address = new HostAndPort(bracketed ? host[1..^1] : host, port);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
