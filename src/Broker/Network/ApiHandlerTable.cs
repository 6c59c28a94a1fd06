using Microsoft.Extensions.Logging;
using Platform.Broker.Security;
using Platform.Protocol.Messages;

namespace Platform.Broker.Network;

/// <summary>Which handler answers which API. Filled once, explicitly, by <c>BrokerNode</c>; what is not here is not
/// advertised by ApiVersions.</summary>
internal sealed class ApiHandlerTable(ILogger logger, ApiGuards? guards = null)
{
    private readonly ApiEntry?[] _entries = new ApiEntry?[short.MaxValue >> 6];

    /// <summary>All rows, in the order of their keys.</summary>
    public IEnumerable<ApiEntry> Entries => _entries.OfType<ApiEntry>();

    /// <summary>Adds a handler for all stable versions of the schema, or for fewer.</summary>
    public ApiHandlerTable Add<TRequest, TResponse>(IApiHandler<TRequest, TResponse> handler, short? lowest = null, short? highest = null)
        where TRequest : IRequest<TResponse>, new()
        where TResponse : class, IResponse, new()
    {
        var info = ApiKeys.Get(new TRequest().ApiKey);
        if (_entries[(short)info.Key] is not null)
            throw new InvalidOperationException($"{info.Key} has two handlers");
        _entries[(short)info.Key] = new ApiEntry<TRequest, TResponse>(
            guards?.Guard(handler) ?? handler, info, lowest ?? info.LowestVersion, highest ?? info.HighestStableVersion, logger.HandlerFailed);
        return this;
    }

    /// <summary>The row of an API, or null when nothing answers it.</summary>
    public ApiEntry? Find(short apiKey) => apiKey >= 0 && apiKey < _entries.Length ? _entries[apiKey] : null;
}
