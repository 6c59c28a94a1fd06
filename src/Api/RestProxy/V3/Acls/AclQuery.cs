using Microsoft.AspNetCore.Mvc;
using Platform.Api.Hosting;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Acls;

/// <summary>Which rules are meant; what is left out means any.</summary>
internal sealed class AclQuery
{
    [FromQuery(Name = "resource_type")]
    public string? ResourceType { get; init; }

    [FromQuery(Name = "resource_name")]
    public string? ResourceName { get; init; }

    [FromQuery(Name = "pattern_type")]
    public string? PatternType { get; init; }

    [FromQuery(Name = "principal")]
    public string? Principal { get; init; }

    [FromQuery(Name = "host")]
    public string? Host { get; init; }

    [FromQuery(Name = "operation")]
    public string? Operation { get; init; }

    [FromQuery(Name = "permission")]
    public string? Permission { get; init; }

    [FromQuery(Name = "page_size")]
    public int? PageSize { get; init; }

    [FromQuery(Name = "page_token")]
    public string? PageToken { get; init; }

    /// <summary>The filter; nothing has to be said.</summary>
    public AclBindingFilter ToFilter() => new(
        Read(ResourceType, "resource_type", AclResourceType.Any), Text(ResourceName), Read(PatternType, "pattern_type", AclPatternType.Any),
        Text(Principal), Text(Host), Read(Operation, "operation", AclOperation.Any), Read(Permission, "permission", AclPermission.Any));

    /// <summary>The filter of a deletion: what is not said might be more than was meant.</summary>
    public AclBindingFilter ToDeletion()
    {
        foreach (var (name, value) in ((string, string?)[])
            [("resource_type", ResourceType), ("pattern_type", PatternType), ("operation", Operation), ("permission", Permission)])
            if (string.IsNullOrEmpty(value))
                throw Unspecified(name);
        return ToFilter();
    }

    /// <summary>Reads a name such as DESCRIBE_CONFIGS.</summary>
    /// <exception cref="ProblemException">400 for what is none.</exception>
    public static T Read<T>(string? value, string name, T otherwise = default)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(value) && !EqualityComparer<T>.Default.Equals(otherwise, default))
            return otherwise;
        return AclNames.TryParse<T>(value, out var read) ? read : throw Unspecified(name);
    }

    private static ProblemException Unspecified(string name) =>
        new(StatusCodes.Status400BadRequest, $"{name} cannot be unspecified or UNKNOWN");

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
