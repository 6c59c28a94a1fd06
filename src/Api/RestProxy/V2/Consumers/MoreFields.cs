using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>What a reader may have of records besides what the reference product shows.</summary>
[Flags]
internal enum MoreFields
{
    None = 0,
    Headers = 1,
    Timestamp = 2,
}

/// <summary>
/// Reads which fields are wanted: fields=headers,timestamp in the query, or as a parameter of the media type that is
/// accepted, so that a client that cannot change its addresses can ask for them.
/// </summary>
internal static class MoreFieldNames
{
    private const string Parameter = "fields=";

    /// <exception cref="ProblemException">422 for an unknown field.</exception>
    public static MoreFields Of(string? query, string? accept)
    {
        var wanted = MoreFields.None;
        foreach (var name in (query ?? Named(accept)).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            wanted |= name switch
            {
                "headers" => MoreFields.Headers,
                "timestamp" => MoreFields.Timestamp,
                _ => throw V2Problems.Invalid($"fields '{name}': headers and timestamp can be asked for."),
            };
        }
        return wanted;
    }

    private static string Named(string? accept)
    {
        var at = accept?.IndexOf(Parameter, StringComparison.OrdinalIgnoreCase) ?? -1;
        if (at < 0)
            return "";
        var rest = accept![(at + Parameter.Length)..];
        // A list in a parameter stands in quotes, or a comma would begin another media type.
        return rest.StartsWith('"') ? rest[1..].Split('"')[0] : rest.Split([',', ';'])[0];
    }
}
