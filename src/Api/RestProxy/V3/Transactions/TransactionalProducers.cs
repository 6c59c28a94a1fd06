using System.Collections.Concurrent;
using System.Globalization;
using Platform.Api.Hosting;
using Platform.Client.Producing;

namespace Platform.Api.RestProxy.V3.Transactions;

/// <summary>Producers for transactions: each serves one request at a time, and is kept for the next. Each has a
/// transactional id of its own, which no other process has, so that proxies never fence each other.</summary>
internal sealed class TransactionalProducers(ApiOptions options) : IAsyncDisposable
{
    /// <summary>Transactions at a time; more wait.</summary>
    public const int MaxTransactions = 16;

    /// <summary>How long a transaction whose proxy died holds back readers of committed records.</summary>
    public const int TransactionTimeoutMs = 30_000;

    private readonly SemaphoreSlim _places = new(MaxTransactions);
    private readonly ConcurrentBag<Slot> _slots = [.. Enumerable.Range(1, MaxTransactions).Select(n => new Slot(n))];
    private readonly string _prefix = $"platform-api-{Guid.NewGuid():N}";

    /// <summary>Runs work with a producer that no other request has. One whose work failed is not used again; the next of
    /// its transactional id ends whatever it left open.</summary>
    public async Task<T> UseAsync<T>(Func<KafkaProducer, Task<T>> work, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        _slots.TryTake(out var slot);
        try
        {
            return await UseAsync(slot!, work, cancellation);
        }
        finally
        {
            _slots.Add(slot!);
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_slots.TryTake(out var slot))
            if (slot.Producer is { } producer)
                await CloseAsync(producer);
        _places.Dispose();
    }

    private async Task<T> UseAsync<T>(Slot slot, Func<KafkaProducer, Task<T>> work, CancellationToken cancellation)
    {
        var producer = slot.Producer ?? await MakeAsync(slot.Number, cancellation);
        slot.Producer = null;
        try
        {
            var result = await work(producer);
            slot.Producer = producer;
            return result;
        }
        finally
        {
            if (slot.Producer is null)
                await CloseAsync(producer);
        }
    }

    private static ValueTask CloseAsync(KafkaProducer producer) =>
        producer.CloseAsync(TimeSpan.FromMilliseconds(RecordProducer.MaxWaitMs));

    private async Task<KafkaProducer> MakeAsync(int number, CancellationToken cancellation)
    {
        var producer = new KafkaProducer(new ProducerOptions
        {
            BootstrapServers = options.BootstrapServers,
            ClientId = "platform-api-transactions",
            TransactionalId = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{number}"),
            TransactionTimeoutMs = TransactionTimeoutMs,
            LingerMs = 0,
            MaxBlockMs = RecordProducer.MaxWaitMs,
            RequestTimeoutMs = ClusterGateway.OperationTimeoutMs,
            DeliveryTimeoutMs = TransactionTimeoutMs,
            TimeProvider = options.Time,
        });
        try
        {
            await producer.InitTransactionsAsync(cancellation);
            return producer;
        }
        catch
        {
            await CloseAsync(producer);
            throw;
        }
    }

    private sealed class Slot(int number)
    {
        public int Number { get; } = number;

        public KafkaProducer? Producer { get; set; }
    }
}
