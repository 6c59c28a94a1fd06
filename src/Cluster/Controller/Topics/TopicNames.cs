using Platform.Cluster.Metadata;

namespace Platform.Cluster.Controller;

/// <summary>Rules for names of topics.</summary>
public static class TopicNames
{
    /// <summary>The log of the cluster's metadata, which is no topic that anybody may create.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    /// <summary>Null when the name is allowed, otherwise what is wrong with it.</summary>
    public static string? Problem(string name)
    {
        if (name.Length == 0)
            return "a topic needs a name";
        if (name is "." or "..")
            return $"'{name}' cannot be the name of a topic";
        if (name.Length > ControllerLimits.MaxTopicNameLength)
            return $"the name has {name.Length} characters; at most {ControllerLimits.MaxTopicNameLength} are allowed";
        if (name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or '-')))
            return $"'{name}' has other characters than letters, digits, '.', '_' and '-'";
        return name == ClusterMetadata ? $"{ClusterMetadata} belongs to the controller" : null;
    }

    /// <summary>True for topics of the broker itself.</summary>
    public static bool IsInternal(string name) =>
        name is "__consumer_offsets" or "__transaction_state" or "__share_group_state";

    /// <summary>Names of metrics have '_' for '.', where two such topics would be one.</summary>
    /// <returns>A topic whose name differs only in these, or null.</returns>
    internal static string? Collision(string name, TopicsImage topics) => name.AsSpan().IndexOfAny('.', '_') < 0 ? null
        : topics.ByName.Keys.FirstOrDefault(other => other != name && Collide(name, other));

    // Called for every topic there is, hence without new strings.
    private static bool Collide(string one, string other)
    {
        if (one.Length != other.Length)
            return false;
        for (var i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i] && !(one[i] is '.' or '_' && other[i] is '.' or '_'))
                return false;
        }
        return true;
    }

    internal static string Plain(string name) => name.Replace('.', '_');
}
