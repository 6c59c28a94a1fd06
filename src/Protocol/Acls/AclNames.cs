using System.Text;

namespace Platform.Protocol;

/// <summary>Kafka's names of kinds, patterns, operations and permissions, such as DESCRIBE_CONFIGS.</summary>
public static class AclNames
{
    /// <summary>The name as Kafka's tools and the REST API write it.</summary>
    public static string ToKafkaName<T>(this T value)
        where T : struct, Enum
    {
        var name = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
                name.Append('_');
            name.Append(char.ToUpperInvariant(letter));
        }
        return name.ToString();
    }

    /// <summary>Reads a name however it is written: DESCRIBE_CONFIGS, DescribeConfigs, describe-configs.</summary>
    /// <returns>False for what is no name of a value; Unknown counts as none.</returns>
    public static bool TryParse<T>(string? name, out T value)
        where T : struct, Enum
    {
        value = default;
        var plain = name?.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return plain is { Length: > 0 } && char.IsLetter(plain[0]) && Enum.TryParse(plain, ignoreCase: true, out value)
            && !EqualityComparer<T>.Default.Equals(value, default);
    }
}
