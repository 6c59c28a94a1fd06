using System.Text.Json;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>The keys, in memory; changed only by applying records of their topic.</summary>
internal sealed class KeyStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, StoredKek> _keks = new(StringComparer.Ordinal);
    private readonly Dictionary<DekId, StoredDek> _deks = [];

    /// <summary>Key encryption keys, deleted ones included, by name.</summary>
    public IReadOnlyList<StoredKek> Keks
    {
        get
        {
            lock (_lock)
                return [.. _keks.Values];
        }
    }

    /// <summary>How many data encryption keys there are, deleted ones included.</summary>
    public int DekCount
    {
        get
        {
            lock (_lock)
                return _deks.Count;
        }
    }

    /// <summary>A key encryption key, also a deleted one; null when there is none.</summary>
    public StoredKek? Kek(string name)
    {
        lock (_lock)
            return _keks.GetValueOrDefault(name);
    }

    /// <summary>A data encryption key, also a deleted one; null when there is none.</summary>
    public StoredDek? Dek(DekId id)
    {
        lock (_lock)
            return _deks.GetValueOrDefault(id);
    }

    /// <summary>Data encryption keys that are wanted, by key encryption key, subject, algorithm and version.</summary>
    public IReadOnlyList<StoredDek> Deks(Func<StoredDek, bool> isWanted)
    {
        lock (_lock)
        {
            return [.. _deks.Values.Where(isWanted)
                .OrderBy(dek => dek.KekName, StringComparer.Ordinal).ThenBy(dek => dek.Subject, StringComparer.Ordinal)
                .ThenBy(dek => dek.Algorithm, StringComparer.Ordinal).ThenBy(dek => dek.Version)];
        }
    }

    /// <summary>Takes a record of the topic.</summary>
    /// <exception cref="JsonException">It cannot be read.</exception>
    public void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue, long timestampMs)
    {
        var id = SchemaTopicCodec.Read<KeyId>(key);
        if (id is { Type: KeyId.KekType, Name: { } name })
        {
            var kek = hasValue ? SchemaTopicCodec.Read<StoredKek>(value) with { Ts = timestampMs } : null;
            lock (_lock)
            {
                if (kek is null)
                    _keks.Remove(name);
                else
                    _keks[name] = kek;
            }
        }
        else if (id is { KekName: { } kekName, Subject: { } subject, Algorithm: { } algorithm, Version: { } version })
        {
            var dek = hasValue ? SchemaTopicCodec.Read<StoredDek>(value) with { Ts = timestampMs } : null;
            lock (_lock)
            {
                if (dek is null)
                    _deks.Remove(new DekId(kekName, subject, algorithm, version));
                else
                    _deks[new DekId(kekName, subject, algorithm, version)] = dek;
            }
        }
    }
}
