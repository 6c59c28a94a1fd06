using System.Collections;
using Platform.Cluster.Configuration;

namespace Platform.Commands;

/// <summary>Collects a node's settings: the properties file, then KAFKA_* variables, then --override.</summary>
internal static class ServerProperties
{
    /// <summary>Reads and checks; settings without effect are reported on standard error.</summary>
    /// <exception cref="ConfigException">A setting is unknown, wrong or missing.</exception>
    public static BrokerConfig Read(string? file, IEnumerable<string>? overrides)
    {
        var text = file is null ? "" : File.ReadAllText(file);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(v => new KeyValuePair<string, string>((string)v.Key, (string?)v.Value ?? ""));
        var warnings = new List<string>();
        var config = BrokerConfig.Parse(text, KeyValues.ParseAll(overrides), environment, warnings);
        foreach (var warning in warnings)
            Console.Error.WriteLine($"warning: {warning}");
        return config;
    }
}
