using Microsoft.AspNetCore.WebUtilities;

namespace Platform.Api.Hosting;

/// <summary>
/// Turns every failure into the JSON body that clients expect, also those of the web server itself: unknown route,
/// wrong method, wrong media type. An unexpected failure gets an id that the log repeats.
/// </summary>
internal sealed class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public const string RequestIdHeader = "X-Request-ID";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue(RequestIdHeader, out var requestId))
            context.Response.Headers[RequestIdHeader] = requestId;
        try
        {
            await next(context);
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, Explain(error, context));
            return;
        }
        if (context.Response.StatusCode >= 400 && context.Response is { HasStarted: false, ContentType: null })
            await WriteAsync(context, Bare(context.Response.StatusCode));
    }

    private ErrorResponse Explain(Exception error, HttpContext context)
    {
        switch (error)
        {
            case ProblemException problem:
                return problem.ToResponse();
            case BadHttpRequestException bad:
                return new ErrorResponse(bad.StatusCode, bad.Message);
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return new ErrorResponse(StatusCodes.Status499ClientClosedRequest, "The client closed the request.");
        }
        if (BrokenText.IsIn(error))
            return BrokenText.Problem().ToResponse();
        if (KafkaProblems.Explain(error) is { } kafka)
            return kafka.ToResponse();
        var id = context.TraceIdentifier;
        logger.RequestFailed(error, id, context.Request.Method, context.Request.Path.Value ?? "");
        return new ErrorResponse(StatusCodes.Status500InternalServerError,
            $"An internal error was logged under the id {id}. Try again, and report the id if it persists.");
    }

    private static ErrorResponse Bare(int status) =>
        new(status, $"HTTP {status} {ReasonPhrases.GetReasonPhrase(status)}");

    private static async Task WriteAsync(HttpContext context, ErrorResponse error)
    {
        var status = ProblemException.StatusOf(error.ErrorCode);
        if (ProblemDetails.IsWanted(context))
        {
            await ProblemDetails.WriteAsync(context, error, status);
            return;
        }
        var contentType = ContentType(context);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await JsonAnswer.WriteAsync(context, error, ErrorText.Relaxed.ErrorResponse, contentType, status);
            return;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
    }

    private static string ContentType(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<SurfaceMetadata>()?.Surface switch
        {
            Surface.Registry => MediaTypes.Registry,
            Surface.RestV2 => MediaTypes.KafkaV2,
            _ => MediaTypes.Json,
        };
}

internal static partial class ErrorLog
{
    [LoggerMessage(LogLevel.Error, "{Id}: {Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception error, string id, string method,
        string path);
}
