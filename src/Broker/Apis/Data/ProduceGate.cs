using Platform.Broker.Network;
using Platform.Broker.Schemas;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Data;

/// <summary>What was found out about a Produce request before its first append.</summary>
/// <param name="Transaction">The transaction coordinator's word; default for a request without a transaction.</param>
/// <param name="Schemas">For each partition, in order, whether its schema ids are in order; null when all are.</param>
internal readonly record struct ProduceWords(TransactionalWords Transaction, SchemaVerdict?[]? Schemas);

/// <summary>Asks everybody who may have something against a Produce request. Nearly always that is nobody, and the answer
/// is there at once.</summary>
internal sealed class ProduceGate(TransactionalProduce transactional, SchemaValidation schemas)
{
    /// <summary>Asks.</summary>
    public ValueTask<ProduceWords> AskAsync(ProduceRequest request, RequestContext context)
    {
        if (!schemas.IsOff)
            return AskAllAsync(request, context);
        if (request.TransactionalId is null)
            return default;
        var words = transactional.AskAsync(request, context);
        return words.IsCompletedSuccessfully ? new(new ProduceWords(words.Result, null)) : Later(words);

        static async ValueTask<ProduceWords> Later(ValueTask<TransactionalWords> words) => new(await words, null);
    }

    private async ValueTask<ProduceWords> AskAllAsync(ProduceRequest request, RequestContext context)
    {
        var verdicts = await schemas.CheckAsync(request);
        var words = request.TransactionalId is null ? default : await transactional.AskAsync(request, context);
        return new ProduceWords(words, verdicts);
    }
}
