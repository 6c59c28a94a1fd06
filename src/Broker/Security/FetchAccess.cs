using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Cluster.FetchSessions;
using Platform.Protocol;

namespace Platform.Broker.Security;

/// <summary>Which partitions of a fetch its client may read. Asked behind the session, which knows partitions that an incremental
/// fetch does not name. Makes nothing on the heap while all may be read.</summary>
internal sealed class FetchAccess(Authorizer authorizer, MetadataCache metadata)
{
    /// <summary>Parts the targets of a fetch.</summary>
    /// <param name="targets">All of them.</param>
    /// <param name="context">The request.</param>
    /// <param name="isFollower">True when a broker copies; it may read everything or nothing.</param>
    /// <param name="refused">Answers for those that may not be read; null when there are none.</param>
    /// <returns>Those that may be read.</returns>
    public IReadOnlyList<FetchTarget> Allowed(
        IReadOnlyList<FetchTarget> targets, RequestContext context, bool isFollower, out List<FetchedPartition>? refused)
    {
        refused = null;
        if (!authorizer.IsOn || (isFollower && authorizer.Allows(context, Needed.Cluster(AclOperation.ClusterAction))))
            return targets;
        for (var i = 0; i < targets.Count; i++)
            if (isFollower || !MayRead(targets[i], context))
                (refused ??= []).Add(new(targets[i], FetchErrors.Of(targets[i].Partition, ErrorCode.TopicAuthorizationFailed)));
        return refused is null ? targets : Without(targets, refused);
    }

    private static List<FetchTarget> Without(IReadOnlyList<FetchTarget> targets, List<FetchedPartition> refused)
    {
        var left = refused.Select(partition => partition.Target).ToHashSet();
        return [.. targets.Where(target => !left.Contains(target))];
    }

    private bool MayRead(in FetchTarget target, RequestContext context)
    {
        var name = target.TopicId == Uuid.Zero ? target.Topic : metadata.Image.Topics.Find(target.TopicId)?.Name;
        return name is null || authorizer.Allows(context, Needed.Topic(AclOperation.Read, name));
    }
}
