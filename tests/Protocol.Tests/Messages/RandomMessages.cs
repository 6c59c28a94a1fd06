using Platform.Protocol.Generator;

namespace Platform.Protocol.Tests.Messages;

/// <summary>Makes values that a version of a schema allows: defaults, nulls, extremes and everything between.</summary>
internal sealed class RandomMessages(int seed, short version)
{
    private const int MaxDepth = 4;
    private readonly Random _random = new(seed);

    public StructValue Next(StructModel model, int depth = 0)
    {
        var value = new StructValue();
        foreach (var field in model.Fields.Where(f => f.Versions.Contains(version)))
            value.Add((field, NextField(field, depth)));
        return value;
    }

    private object? NextField(FieldModel field, int depth)
    {
        var mayBeNull = field.Nullable.Contains(version);
        if (mayBeNull && _random.Next(4) == 0)
            return null;
        if (_random.Next(4) == 0 && StructValue.DefaultOf(field) is { } standard and not StructValue)
            return standard;
        return field.IsArray ? NextArray(field, depth) : NextSingle(field, depth);
    }

    private List<object?> NextArray(FieldModel field, int depth)
    {
        var count = depth >= MaxDepth ? 0 : _random.Next(4);
        return [.. Enumerable.Range(0, count).Select(_ => NextSingle(field, depth))];
    }

    private object NextSingle(FieldModel field, int depth) => field.BaseType switch
    {
        "bool" => _random.Next(2) == 1,
        "int8" => NextInteger(sbyte.MinValue, sbyte.MaxValue),
        "int16" or "error" => NextInteger(short.MinValue, short.MaxValue),
        "uint16" => NextInteger(0, ushort.MaxValue),
        "int32" => NextInteger(int.MinValue, int.MaxValue),
        "uint32" => NextInteger(0, uint.MaxValue),
        "int64" => NextInteger(long.MinValue, long.MaxValue),
        "float64" => _random.NextDouble() * 1e9,
        "uuid" => new Uuid(_random.NextInt64(), _random.NextInt64()),
        "string" => NextString(),
        "bytes" or "records" => NextBytes(),
        _ => Next(field.Struct!, depth + 1),
    };

    private object NextInteger(long lowest, long highest) => _random.Next(6) switch
    {
        0 => lowest,
        1 => highest,
        2 => Math.Min(_random.NextInt64(128), highest),
        _ => _random.NextInt64(lowest, highest),
    };

    // Lengths on both sides of a varint's first border; characters of one to four bytes.
    private string NextString()
    {
        string[] letters = ["a", "Z", "-", "é", "€", "𝄞"];
        var length = _random.Next(8) == 0 ? _random.Next(120, 140) : _random.Next(12);
        return string.Concat(Enumerable.Range(0, length).Select(_ => letters[_random.Next(letters.Length)]));
    }

    private byte[] NextBytes()
    {
        var bytes = new byte[_random.Next(8) == 0 ? _random.Next(120, 140) : _random.Next(10)];
        _random.NextBytes(bytes);
        return bytes;
    }
}
