using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3;

/// <summary>Errors of v3 in the reference product's words.</summary>
internal static class V3Problems
{
    /// <summary>An unknown broker, partition, group or consumer.</summary>
    public static ProblemException NotFound() => new(StatusCodes.Status404NotFound, "HTTP 404 Not Found");

    public static ProblemException TopicNotFound() =>
        new(40403, "This server does not host this topic-partition.");

    public static ProblemException ConfigNotFound(string name, string resource, string clusterId) => new(
        StatusCodes.Status404NotFound, $"Config {name} cannot be found for {resource} in cluster {clusterId}.");

    /// <summary>JSON of the right form with a value that cannot be served.</summary>
    public static ProblemException Invalid(string message) =>
        new(StatusCodes.Status422UnprocessableEntity, message);
}
