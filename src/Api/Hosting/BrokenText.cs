namespace Platform.Api.Hosting;

/// <summary>
/// JSON may hold an escape such as \ud800, half of a surrogate pair, which is well formed and yet no text. The reader says
/// so only where the text is taken.
/// </summary>
internal static class BrokenText
{
    private const string Reason = "The JSON holds text that is not Unicode: half of a surrogate pair, or bytes that are not UTF-8.";

    /// <summary>True when an exception says that text could not be taken out of JSON, or be written into it.</summary>
    public static bool IsIn(Exception error) =>
        (error is InvalidOperationException && error.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true
            && error.Message.Contains("UTF-16", StringComparison.Ordinal))
        || (error.InnerException is { } inner && IsIn(inner));

    /// <summary>The answer to it.</summary>
    public static ProblemException Problem(int code = StatusCodes.Status400BadRequest) => new(code, Reason);
}
