using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>
/// Splits a body into the JSON values that follow one another in it, as they arrive. Holds at most one value in memory.
/// </summary>
internal sealed class JsonObjectReader(PipeReader body)
{
    /// <summary>JSON text of one record. Base64 makes it a third longer than the record.</summary>
    public const int MaxRecordJsonBytes = 8 * 1024 * 1024;

    /// <summary>How deep the JSON of one record may nest.</summary>
    public const int MaxRecordDepth = 64;

    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = MaxRecordDepth };

    private ReadOnlySequence<byte> _buffer;
    private bool _holdsBuffer;
    private bool _completed;

    /// <summary>True when the whole body has arrived and nothing is left in it.</summary>
    public bool IsAtEnd => _completed && IsBlank(_buffer);

    /// <summary>The next value, or null at the end of the body. The caller disposes it.</summary>
    /// <exception cref="ProblemException">400 for malformed JSON, 413 for a record beyond the limit.</exception>
    public async ValueTask<JsonDocument?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_holdsBuffer && TryParse(out var document))
                return document;
            if (_completed)
                return null;
            if (_buffer.Length > MaxRecordJsonBytes)
                throw JsonBody.TooLarge(MaxRecordJsonBytes);
            await FillAsync(cancellation);
        }
    }

    /// <summary>
    /// Gives back what is held of the body; without that the server could not go on with the connection.
    /// </summary>
    public void Release()
    {
        if (_holdsBuffer)
            body.AdvanceTo(_buffer.End);
        _holdsBuffer = false;
        _buffer = default;
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_holdsBuffer)
            body.AdvanceTo(_buffer.Start, _buffer.End);
        // A read that is given up holds nothing that Release could give back.
        _holdsBuffer = false;
        var result = await body.ReadAsync(cancellation);
        _buffer = result.Buffer;
        _completed = result.IsCompleted;
        _holdsBuffer = true;
    }

    private bool TryParse(out JsonDocument? document)
    {
        document = null;
        if (IsBlank(_buffer))
            return false;
        var reader = new Utf8JsonReader(_buffer, _completed, new JsonReaderState(Options));
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out document))
                return false;
        }
        catch (JsonException error)
        {
            throw JsonBody.Explain(error);
        }
        _buffer = _buffer.Slice(reader.Position);
        return true;
    }

    private static bool IsBlank(in ReadOnlySequence<byte> buffer)
    {
        foreach (var part in buffer)
        {
            if (part.Span.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
                return false;
        }
        return true;
    }
}
