using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>A way of assigning that a member understands, with its wishes in the client's own format.</summary>
internal readonly record struct ClassicProtocol(string Name, byte[] Metadata)
{
    public static ClassicProtocol[] From(JoinGroupRequest request) =>
        [.. request.Protocols.Select(protocol => new ClassicProtocol(protocol.Name, protocol.Metadata))];

    public static bool Same(ClassicProtocol[] left, ClassicProtocol[] right)
    {
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
            if (left[i].Name != right[i].Name || !left[i].Metadata.AsSpan().SequenceEqual(right[i].Metadata))
                return false;
        return true;
    }
}
