using System.Buffers;
using System.Buffers.Binary;

namespace Platform.Protocol.Compression;

/// <summary>
/// Encodes one LZ4 block of at most 64 KB: sequences of literals and a match with earlier output. One attempt per
/// position is LZ4's fast mode; more attempts follow a chain of earlier places and take the longest match.
/// </summary>
internal ref struct Lz4BlockEncoder
{
    private const int TableBits = 13;
    private const int MinMatch = 4;
    private const int LastLiterals = 5;
    private const int MatchStartLimit = 12;
    private const int SkipTrigger = 6;

    private readonly ReadOnlySpan<byte> _source;
    private readonly Span<byte> _output;
    private readonly Span<ushort> _table;
    private readonly Span<ushort> _chain;
    private readonly int _attempts;
    private int _written;

    private Lz4BlockEncoder(
        ReadOnlySpan<byte> source, Span<byte> output, Span<ushort> table, Span<ushort> chain, int attempts)
    {
        _source = source;
        _output = output;
        _table = table;
        _chain = chain;
        _attempts = attempts;
    }

    internal static int MaxCompressedLength(int length) => length + (length / 255) + 16;

    /// <summary>Writes the block and returns its length.</summary>
    internal static int Encode(ReadOnlySpan<byte> source, Span<byte> output, int attempts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, ushort.MaxValue + 1);
        Span<ushort> table = stackalloc ushort[1 << TableBits];
        table.Clear();
        if (attempts == 1)
            return new Lz4BlockEncoder(source, output, table, [], attempts).Run();

        var chain = ArrayPool<ushort>.Shared.Rent(source.Length);
        var length = new Lz4BlockEncoder(source, output, table, chain, attempts).Run();
        ArrayPool<ushort>.Shared.Return(chain);
        return length;
    }

    private int Run()
    {
        var literalStart = 0;
        var position = 1;
        var misses = 1 << SkipTrigger;
        while (position <= _source.Length - MatchStartLimit)
        {
            var length = FindMatch(position, out var match);
            if (length == 0)
            {
                position += _attempts == 1 ? misses++ >> SkipTrigger : 1;
                continue;
            }
            EmitSequence(_source[literalStart..position], position - match, length);
            RememberInside(position, length);
            position += length;
            literalStart = position;
            misses = 1 << SkipTrigger;
        }
        EmitLiterals(_source[literalStart..], matchCode: 0);
        return _written;
    }

    // Places are 16 bits; 0 also means "none", which is harmless as every candidate is compared.
    private readonly int FindMatch(int position, out int match)
    {
        int candidate = Remember(position);
        var best = match = 0;
        for (var left = _attempts; left > 0; left--)
        {
            var length = MatchLength(candidate, position);
            if (length > best)
                (best, match) = (length, candidate);
            if (candidate == 0 || _chain.IsEmpty)
                break;
            candidate = _chain[candidate];
        }
        return best >= MinMatch ? best : 0;
    }

    private readonly ushort Remember(int position)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(_source[position..]);
        ref var place = ref _table[(int)((value * 2654435761u) >> (32 - TableBits))];
        var previous = place;
        if (!_chain.IsEmpty)
            _chain[position] = previous;
        place = (ushort)position;
        return previous;
    }

    private readonly void RememberInside(int position, int length)
    {
        if (_chain.IsEmpty)
            return;
        var end = Math.Min(position + length, _source.Length - MatchStartLimit);
        for (var inside = position + 1; inside < end; inside++)
            Remember(inside);
    }

    private readonly int MatchLength(int candidate, int position) =>
        _source[candidate..].CommonPrefixLength(_source[position..^LastLiterals]);

    private void EmitSequence(ReadOnlySpan<byte> literals, int offset, int length)
    {
        var extra = length - MinMatch;
        EmitLiterals(literals, Math.Min(extra, 15));
        BinaryPrimitives.WriteUInt16LittleEndian(_output[_written..], (ushort)offset);
        _written += sizeof(ushort);
        if (extra >= 15)
            EmitRest(extra - 15);
    }

    private void EmitLiterals(ReadOnlySpan<byte> literals, int matchCode)
    {
        _output[_written++] = (byte)((Math.Min(literals.Length, 15) << 4) | matchCode);
        if (literals.Length >= 15)
            EmitRest(literals.Length - 15);
        literals.CopyTo(_output[_written..]);
        _written += literals.Length;
    }

    // A length that does not fit in its four bits goes on in bytes that are added up; the first below 255 ends it.
    private void EmitRest(int rest)
    {
        for (; rest >= 255; rest -= 255)
            _output[_written++] = 255;
        _output[_written++] = (byte)rest;
    }
}
