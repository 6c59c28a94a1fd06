using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>Changes keys. Writes go one at a time through the log and return when the store has them.</summary>
internal sealed class KeyWriter(KeyStore keys, KeyLog log) : IDisposable
{
    /// <summary>Keys of each kind, as <c>dek.registry.max.keys</c> of Confluent allows by default.</summary>
    public const int MaxKeys = 10_000;

    private const int FirstVersion = 1;
    private readonly SemaphoreSlim _writer = new(1, 1);

    /// <summary>Makes a key encryption key known; one that was deleted comes back when nothing else changes.</summary>
    public Task<Kek> CreateKekAsync(CreateKekRequest request, CancellationToken cancellation)
    {
        var kek = KeyChecks.Kek(request);
        return WriteAsync(cancellation, () =>
        {
            if (keys.Keks.Count >= MaxKeys)
                throw KeyProblems.TooMany(MaxKeys);
            if (keys.Kek(kek.Name) is { } known && (known.Deleted == kek.Deleted || !known.IsEquivalent(kek)))
                throw KeyProblems.AlreadyExists(kek.Name);
            return [Put(kek)];
        }, () => Found(kek.Name).ToKek());
    }

    /// <summary>Changes what may be changed of a key encryption key.</summary>
    public Task<Kek> UpdateKekAsync(string name, UpdateKekRequest request, CancellationToken cancellation) =>
        WriteAsync(cancellation, () =>
        {
            var known = Found(name);
            if (known.Deleted)
                throw KeyProblems.NotFound(name);
            var changed = known with
            {
                KmsProps = request.KmsProps is null ? known.KmsProps : KeyChecks.Sorted(request.KmsProps),
                Doc = request.Doc ?? known.Doc,
                Shared = request.Shared ?? known.Shared,
            };
            return changed.IsEquivalent(known) ? [] : [Put(changed)];
        }, () => Found(name).ToKek());

    /// <summary>Deletes a key encryption key: first softly, then for good.</summary>
    public Task DeleteKekAsync(string name, bool permanent, CancellationToken cancellation) =>
        WriteAsync(cancellation, () =>
        {
            var known = Found(name);
            if (keys.Deks(dek => dek.KekName == name && (permanent || !dek.Deleted)).Count > 0)
                throw KeyProblems.Referenced(name);
            if (permanent && !known.Deleted)
                throw KeyProblems.NotSoftDeleted(name);
            return permanent ? [new(SchemaTopicCodec.Write(KeyId.OfKek(name)), null)]
                : known.Deleted ? [] : [Put(known with { Deleted = true })];
        });

    /// <summary>Takes back the soft deletion of a key encryption key.</summary>
    public Task UndeleteKekAsync(string name, CancellationToken cancellation) => WriteAsync(cancellation,
        () => Found(name) is { Deleted: true } deleted ? [Put(deleted with { Deleted = false })] : []);

    /// <summary>Keeps a data encryption key; one that was deleted comes back when nothing else changes.</summary>
    public Task<Dek> CreateDekAsync(string kekName, CreateDekRequest request, CancellationToken cancellation)
    {
        var dek = KeyChecks.Dek(kekName, request, FirstVersion);
        return WriteAsync(cancellation, () =>
        {
            var kek = Found(kekName);
            if (kek.Deleted && !dek.Deleted)
                throw KeyProblems.NotFound(kekName);
            if (keys.DekCount >= MaxKeys)
                throw KeyProblems.TooMany(MaxKeys);
            var known = keys.Dek(dek.Id);
            if (known is not null
                && (known.Deleted == dek.Deleted || known.EncryptedKeyMaterial != dek.EncryptedKeyMaterial))
                throw KeyProblems.AlreadyExists(dek.Subject);
            if (dek.EncryptedKeyMaterial is null)
                throw kek.Shared ? KeyProblems.CannotGenerate(kekName, kek.KmsType)
                    : KeyProblems.Invalid("encryptedKeyMaterial", "is missing");
            return [Put(dek)];
        }, () => keys.Dek(dek.Id)!.ToDek());
    }

    /// <summary>Deletes versions of a data encryption key: first softly, then for good. None is no error.</summary>
    public Task DeleteDeksAsync(Func<StoredDek, bool> which, bool permanent, CancellationToken cancellation) =>
        WriteAsync(cancellation, () =>
        {
            var found = keys.Deks(which);
            if (permanent && found.FirstOrDefault(dek => !dek.Deleted) is { } live)
                throw KeyProblems.NotSoftDeleted(live.Subject);
            return [.. found.Where(dek => permanent || !dek.Deleted).Select(dek => permanent
                ? new SchemaLogRecord(SchemaTopicCodec.Write(KeyId.OfDek(dek.Id)), null)
                : Put(dek with { Deleted = true }))];
        });

    /// <summary>Takes back the soft deletion of versions of a data encryption key.</summary>
    public Task UndeleteDeksAsync(string kekName, Func<StoredDek, bool> which, CancellationToken cancellation) =>
        WriteAsync(cancellation, () =>
        {
            if (Found(kekName).Deleted)
                throw KeyProblems.SoftDeleted(kekName);
            return [.. keys.Deks(dek => dek.Deleted && which(dek)).Select(dek => Put(dek with { Deleted = false }))];
        });

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private StoredKek Found(string name) => keys.Kek(name) ?? throw KeyProblems.NotFound(name);

    private static SchemaLogRecord Put(StoredKek kek) =>
        new(SchemaTopicCodec.Write(KeyId.OfKek(kek.Name)), SchemaTopicCodec.Write(kek));

    private static SchemaLogRecord Put(StoredDek dek) =>
        new(SchemaTopicCodec.Write(KeyId.OfDek(dek.Id)), SchemaTopicCodec.Write(dek));

    private Task WriteAsync(CancellationToken cancellation, Func<IReadOnlyList<SchemaLogRecord>> decide) =>
        WriteAsync(cancellation, decide, static () => true);

    private async Task<T> WriteAsync<T>(
        CancellationToken cancellation, Func<IReadOnlyList<SchemaLogRecord>> decide, Func<T> answer)
    {
        await _writer.WaitAsync(cancellation);
        try
        {
            await log.BeginWriteAsync();
            if (decide() is { Count: > 0 } records)
                await log.AppendAsync(records);
            return answer();
        }
        finally
        {
            _writer.Release();
        }
    }
}
