using System.Globalization;

namespace Platform.Client.Network;

/// <summary>Where a broker listens.</summary>
public readonly record struct BrokerEndpoint(string Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Parses <c>host:port,host:port</c>; IPv6 addresses stand in brackets.</summary>
    /// <exception cref="FormatException">An entry has no host or no valid port.</exception>
    public static IReadOnlyList<BrokerEndpoint> ParseList(string text)
    {
        var entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (entries.Length == 0)
            throw new FormatException("bootstrap.servers is empty: give at least one host:port");
        return entries.Select(Parse).Distinct().ToList();
    }

    /// <summary>Parses one <c>host:port</c>.</summary>
    public static BrokerEndpoint Parse(string text)
    {
        var address = text[(text.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0)..];
        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !TryParsePort(address[(colon + 1)..], out var port))
            throw new FormatException($"'{text}' is no broker address: host:port expected, such as localhost:9092");
        return new BrokerEndpoint(address[..colon].Trim('[', ']'), port);
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
