using Microsoft.Extensions.Hosting;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>A record of the schemas topic; without a value it deletes its key.</summary>
internal readonly record struct SchemaLogRecord(byte[] Key, byte[]? Value);

/// <summary>The log that holds everything the registry knows; starts to read with the host.</summary>
internal interface ISchemaLog : IHostedService
{
    /// <summary>
    /// Completes when everything that the log held at the start was applied; fails when the log cannot be read.
    /// </summary>
    Task Loaded { get; }

    /// <summary>Offset of the next record to apply: everything below it was applied.</summary>
    long NextOffset { get; }

    /// <summary>Completes when the record at <paramref name="offset"/> was applied.</summary>
    Task WhenAppliedAsync(long offset);

    /// <summary>
    /// Makes sure that this process, and no other, may write, and that it has applied all that others have written.
    /// To be called before a write is decided.
    /// </summary>
    /// <exception cref="Leadership.NotLeaderException">Another registry leads.</exception>
    Task BeginWriteAsync();

    /// <summary>
    /// Appends records in order, and returns when this process has applied the last of them, so that a writer reads
    /// what it wrote. Not cancellable: a writer that left early would let the next one give the same id again.
    /// </summary>
    /// <exception cref="Leadership.NotLeaderException">Another registry has taken over; nothing was written.</exception>
    /// <exception cref="Hosting.ProblemException">50001 or 50002 when the log did not take the records.</exception>
    Task AppendAsync(IReadOnlyList<SchemaLogRecord> records);
}
