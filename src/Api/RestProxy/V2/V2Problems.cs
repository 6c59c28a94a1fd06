using System.Globalization;
using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V2;

/// <summary>Errors of v2 with Confluent's codes.</summary>
internal static class V2Problems
{
    public static ProblemException TopicNotFound() => new(40401, "Topic not found.");

    public static ProblemException PartitionNotFound() => new(40402, "Partition not found.");

    public static ProblemException ConsumerNotFound() => new(40403, "Consumer instance not found.");

    public static ProblemException FormatMismatch() => new(40601,
        "The requested embedded data format does not match the deserializer for this consumer instance");

    public static ProblemException ConsumerExists() => new(40902,
        "Consumer with specified consumer ID already exists in the specified consumer group.");

    public static ProblemException IllegalState(string why) => new(40903, $"Illegal state: {why}");

    public static ProblemException InvalidConsumerConfig(string why) =>
        new(42204, $"Invalid consumer configuration: {why}");

    public static ProblemException OutOfRange(string name, object value, object min, object max) => new(40001,
        "Invalid consumer configuration. It does not abide by the constraints: " + string.Create(
            CultureInfo.InvariantCulture, $"{name} is {value}, but must be {min} to {max}"));

    /// <summary>JSON of the right form with a value that cannot be served.</summary>
    public static ProblemException Invalid(string message) => new(StatusCodes.Status422UnprocessableEntity, message);
}
