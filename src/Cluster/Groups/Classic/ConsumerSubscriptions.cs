using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>Reads what consumers embed in JoinGroup: a version and then a subscription, never flexible.</summary>
internal static class ConsumerSubscriptions
{
    /// <summary>The protocol type of groups of consumers; other types (such as connect) embed what they like.</summary>
    public const string ProtocolType = "consumer";

    /// <summary>The topics of one subscription, or null when the bytes are none.</summary>
    public static IReadOnlyList<string>? TopicsOf(byte[] metadata)
    {
        if (metadata.Length < sizeof(short))
            return null;
        var version = BinaryPrimitives.ReadInt16BigEndian(metadata);
        if (version < 0)
            return null;

        try
        {
            // Versions from the future begin with the fields of those known.
            var reader = new ProtocolReader(metadata.AsMemory(sizeof(short)));
            var subscription = new ConsumerProtocolSubscription();
            subscription.Read(ref reader, Math.Min(version, ConsumerProtocolSubscription.HighestVersion));
            return subscription.Topics;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    /// <summary>All topics that the members want, or null when that cannot be told.</summary>
    public static HashSet<string>? TopicsOf(ClassicGroup group)
    {
        if (group.ProtocolType is null)
            return null;
        if (group.MemberCount == 0)
            return [];
        if (group.ProtocolType != ProtocolType || group.ProtocolName is null)
            return null;

        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in group.Members)
        {
            if (TopicsOf(member.MetadataFor(group.ProtocolName)) is not { } subscribed)
                return null;
            topics.UnionWith(subscribed);
        }
        return topics;
    }
}
