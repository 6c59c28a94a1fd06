using System.Globalization;

namespace Platform.Cluster.Configuration;

/// <summary>A controller of a fixed quorum.</summary>
/// <param name="NodeId">Its node.id.</param>
/// <param name="Address">Where its controller listens.</param>
public sealed record QuorumVoter(int NodeId, HostAndPort Address)
{
    /// <summary>Reads <c>id@host:port</c>.</summary>
    internal static bool TryParse(string text, out QuorumVoter? voter)
    {
        voter = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || !int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !HostAndPort.TryParse(text[(at + 1)..], out var address) || address.Host.Length == 0)
            return false;
        voter = new QuorumVoter(id, address);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{NodeId}@{Address}";
}
