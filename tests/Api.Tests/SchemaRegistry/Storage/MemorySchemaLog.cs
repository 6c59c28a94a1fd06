using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.Tests.SchemaRegistry.Storage;

/// <summary>A schemas topic in memory, which can be compacted and replayed into another store.</summary>
internal sealed class MemorySchemaLog(SchemaStoreReplay replay) : ISchemaLog
{
    private readonly List<SchemaLogRecord> _records = [];

    public Task Loaded => Task.CompletedTask;

    public IReadOnlyList<SchemaLogRecord> Records => _records;

    public long NextOffset => _records.Count;

    public Task WhenAppliedAsync(long offset) => Task.CompletedTask;

    public Task BeginWriteAsync() => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AppendAsync(IReadOnlyList<SchemaLogRecord> records)
    {
        foreach (var record in records)
        {
            _records.Add(record);
            Apply(replay, record, _records.Count - 1);
        }
        return Task.CompletedTask;
    }

    /// <summary>Applies what compaction would leave: the last record of every key.</summary>
    public void ReplayCompacted(SchemaStoreReplay into)
    {
        var last = new Dictionary<string, int>();
        for (var i = 0; i < _records.Count; i++)
            last[Encoding.UTF8.GetString(_records[i].Key)] = i;
        foreach (var i in last.Values.Order().Where(i => _records[i].Value is not null))
            Apply(into, _records[i], i);
    }

    private static void Apply(SchemaStoreReplay replay, SchemaLogRecord record, long offset) =>
        replay.Apply(record.Key, record.Value, record.Value is not null, offset, timestampMs: 1_700_000_000_000);

    internal sealed class Factory
    {
        public ISchemaLog Create(IServiceProvider services)
        {
            var alone = new RegistryIdentity(1, "localhost", 8081, IsEligible: true, "http", IsLeader: true);
            services.GetRequiredService<RegistryLeadership>().Set(alone, isLeader: true);
            return new MemorySchemaLog(services.GetRequiredService<SchemaStoreReplay>());
        }
    }
}
