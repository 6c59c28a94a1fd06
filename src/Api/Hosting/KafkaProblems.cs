namespace Platform.Api.Hosting;

/// <summary>Translates what the Kafka client reports into HTTP problems.</summary>
internal static class KafkaProblems
{
    /// <summary>The problem that stands for <paramref name="error"/>, or null when it did not come from Kafka.</summary>
    public static ProblemException? Explain(Exception error) => error switch
    {
        TimeoutException => new ProblemException(50003, $"The cluster did not answer in time: {error.Message}"),
        _ => null,
    };
}
