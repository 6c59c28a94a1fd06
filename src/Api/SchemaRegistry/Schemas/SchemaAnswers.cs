using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>
/// Answers about schemas as the bytes that are sent. Every consumer asks for the same few ids and every producer registers the
/// same few schemas at its start, and most of such an answer is the schema's text, which must be escaped.
/// </summary>
/// <remarks>
/// Nothing here is ever stale: an answer belongs to one object of the store and says nothing but what that holds. Whatever
/// changes a version, such as its deletion, puts another object in its place, so callers ask the store first, every time.
/// </remarks>
internal sealed class SchemaAnswers
{
    /// <summary>Bytes that are kept of each kind of answer; beyond it all are forgotten.</summary>
    public const long MaxBytes = 8 * 1024 * 1024;

    private readonly Kept<SchemaByIdResponse> _byId = new(RegistryJson.Relaxed.SchemaByIdResponse,
        schema => SchemaByIdResponse.From(schema, schema.Text, withSubject: false, maxId: null));

    private readonly Kept<RegisterSchemaResponse> _registered = new(RegistryJson.Relaxed.RegisterSchemaResponse,
        schema => RegisterSchemaResponse.From(schema, schema.Text));

    /// <summary>The answer to a look-up by id that names no subject and no format.</summary>
    public byte[] ById(StoredSchema schema) => _byId.Of(schema);

    /// <summary>The answer to a registration that names no format.</summary>
    public byte[] Registered(StoredSchema schema) => _registered.Of(schema);

    private sealed class Kept<T>(JsonTypeInfo<T> type, Func<StoredSchema, T> make)
    {
        // By reference: records are equal when their parts are, and comparing those costs more than it saves.
        private readonly ConcurrentDictionary<StoredSchema, byte[]> _all = new(ReferenceEqualityComparer.Instance);
        private long _bytes;

        public byte[] Of(StoredSchema schema)
        {
            if (_all.TryGetValue(schema, out var known))
                return known;
            var made = JsonSerializer.SerializeToUtf8Bytes(make(schema), type);
            if (Interlocked.Add(ref _bytes, made.Length) > MaxBytes)
            {
                _all.Clear();
                Interlocked.Exchange(ref _bytes, made.Length);
            }
            _all.TryAdd(schema, made);
            return made;
        }
    }
}
