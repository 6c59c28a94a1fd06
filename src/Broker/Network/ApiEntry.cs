using System.Runtime.ExceptionServices;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Network;

/// <summary>One row of <see cref="ApiHandlerTable"/>: an API, the versions that are served, and its handler.</summary>
internal abstract class ApiEntry(ApiKeyInfo info, short lowest, short highest)
{
    /// <summary>The schema's view of the API.</summary>
    public ApiKeyInfo Info { get; } = info;

    /// <summary>The oldest version that is advertised.</summary>
    public short LowestVersion { get; } = lowest;

    /// <summary>The newest version that is advertised.</summary>
    public short HighestVersion { get; } = highest;

    /// <summary>Decodes the body and runs the handler.</summary>
    public abstract ValueTask<IResponse?> InvokeAsync(ref ProtocolReader reader, RequestContext context);
}

/// <inheritdoc/>
internal sealed class ApiEntry<TRequest, TResponse>(
    IApiHandler<TRequest, TResponse> handler, ApiKeyInfo info, short lowest, short highest, Action<RequestContext, Exception> onError)
    : ApiEntry(info, lowest, highest)
    where TRequest : IRequest<TResponse>, new()
    where TResponse : class, IResponse, new()
{
    /// <inheritdoc/>
    public override ValueTask<IResponse?> InvokeAsync(ref ProtocolReader reader, RequestContext context)
    {
        var request = new TRequest();
        request.Read(ref reader, context.ApiVersion);
        try
        {
            var pending = handler.HandleAsync(request, context);
            return pending.IsCompletedSuccessfully ? new(pending.Result) : AwaitAsync(pending, request, context);
        }
        catch (Exception error) when (error is not ProtocolException)
        {
            return new(Fail(request, context, error));
        }
    }

    private async ValueTask<IResponse?> AwaitAsync(ValueTask<TResponse?> pending, TRequest request, RequestContext context)
    {
        try
        {
            return await pending;
        }
        catch (Exception error)
        {
            return Fail(request, context, error);
        }
    }

    // A handler that throws is our mistake: the client gets an answer in the usual place, the log gets the stack.
    private TResponse Fail(TRequest request, RequestContext context, Exception error)
    {
        if (context.Connection.IsForwarded && error is Client.KafkaException { Code: ErrorCode.NotController })
            ExceptionDispatchInfo.Throw(error);
        onError(context, error);
        var code = error switch
        {
            Client.KafkaException known => known.Code,
            KafkaStorageException => ErrorCode.KafkaStorageError,
            _ => ErrorCode.UnknownServerError,
        };
        return handler.Fail(request, code, error.Message)
            ?? throw new UnansweredRequestException($"{context.ApiKey} failed and has no place for an error", error);
    }
}

/// <summary>A request that cannot be answered, so that its connection must close.</summary>
internal sealed class UnansweredRequestException(string message, Exception? cause = null) : Exception(message, cause);
