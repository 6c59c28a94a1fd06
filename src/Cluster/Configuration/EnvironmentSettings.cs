using System.Text.RegularExpressions;

namespace Platform.Cluster.Configuration;

/// <summary>
/// Settings from environment variables as the usual container images understand them: <c>KAFKA_NUM_PARTITIONS</c> is
/// num.partitions; <c>_</c> stands for a dot, <c>__</c> for an underscore, <c>___</c> for a dash.
/// </summary>
public static partial class EnvironmentSettings
{
    private const string Prefix = "KAFKA_";
    private const string BitnamiPrefix = "KAFKA_CFG_";

    // Variables of the images' start scripts and of the JVM, which are no settings of a broker.
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "KAFKA_OPTS", "KAFKA_HEAP_OPTS", "KAFKA_GC_LOG_OPTS", "KAFKA_JMX_OPTS", "KAFKA_JMX_PORT", "KAFKA_JMX_HOSTNAME",
        "KAFKA_HOME", "KAFKA_VERSION", "KAFKA_DEBUG", "KAFKA_MODE", "KAFKA_GID", "KAFKA_UID", "KAFKA_USER",
        "KAFKA_CREATE_TOPICS", "KAFKA_NAME", "KAFKA_COMPONENT", "KAFKA_CLASSPATH", "KAFKA_ENABLE_KRAFT", "KAFKA_BROKER",
        "KAFKA_BASE_DIR", "KAFKA_VOLUME_DIR", "KAFKA_CONF_FILE", "KAFKA_MOUNTED_CONF_DIR", "KAFKA_CERTIFICATE_PASSWORD",
        "KAFKA_CLIENT_USERS", "KAFKA_CLIENT_PASSWORDS", "KAFKA_KRAFT_MODE", "KAFKA_INTER_BROKER_USER",
        "KAFKA_INTER_BROKER_PASSWORD", "KAFKA_CONTROLLER_USER", "KAFKA_CONTROLLER_PASSWORD",
    };

    private static readonly string[] IgnoredPrefixes = ["KAFKA_LOG4J", "KAFKA_TOOLS_LOG4J", "KAFKA_JVM_"];

    private static readonly HashSet<string> ClusterIdVariables =
        new(StringComparer.Ordinal) { "CLUSTER_ID", "KAFKA_CLUSTER_ID", "KAFKA_KRAFT_CLUSTER_ID" };

    /// <summary>The settings among the variables, sorted by the variable's name.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> From(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var settings = new List<KeyValuePair<string, string>>();
        foreach (var (variable, value) in variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!IsServiceLink(variable, value) && KeyOf(variable) is { } key)
                settings.Add(new(key, value));
        }
        return settings;
    }

    private static string? KeyOf(string variable)
    {
        if (ClusterIdVariables.Contains(variable))
            return BrokerConfigs.ClusterId.Name;
        if (!variable.StartsWith(Prefix, StringComparison.Ordinal) || Ignored.Contains(variable))
            return null;
        if (IgnoredPrefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal)))
            return null;
        var isBitnami = variable.StartsWith(BitnamiPrefix, StringComparison.Ordinal);
        return ToKey(variable[(isBitnami ? BitnamiPrefix : Prefix).Length..]);
    }

    // Kubernetes tells every container of all services: KAFKA_UI_SERVICE_HOST, KAFKA_PORT=tcp://10.0.0.1:9092 and more.
    private static bool IsServiceLink(string variable, string value) => ServiceLink().IsMatch(variable)
        || (variable.EndsWith("_PORT", StringComparison.Ordinal) && value.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex(@"_SERVICE_(HOST|PORT)(_.*)?$|_PORT_\d+_(TCP|UDP)(_.*)?$")]
    private static partial Regex ServiceLink();

    private static string ToKey(string name) => name.ToLowerInvariant()
        .Replace("___", "-", StringComparison.Ordinal)
        .Replace("__", "\0", StringComparison.Ordinal)
        .Replace('_', '.')
        .Replace('\0', '_');
}
