namespace Platform.Api.Hosting;

/// <summary>
/// A request that cannot be served, for a reason that its sender is told. Thrown where the rule is known.
/// </summary>
internal sealed class ProblemException(int errorCode, string message) : Exception(message)
{
    // The one code of five digits whose status is not its first three (the reference product answers 422).
    private const int InvalidConsumerConfigurationConstraints = 40001;

    /// <summary>Confluent's code.</summary>
    public int ErrorCode { get; } = errorCode;

    /// <summary>HTTP status that goes with the code.</summary>
    public int Status => StatusOf(ErrorCode);

    /// <summary>The body that tells it.</summary>
    public ErrorResponse ToResponse() => new(ErrorCode, Message);

    /// <summary>HTTP status of a code: the code itself below 1000, otherwise its first three digits.</summary>
    public static int StatusOf(int errorCode) => errorCode switch
    {
        < 1000 => errorCode,
        InvalidConsumerConfigurationConstraints => StatusCodes.Status422UnprocessableEntity,
        _ => errorCode / 100,
    };
}
