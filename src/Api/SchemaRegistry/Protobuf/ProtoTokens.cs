using System.Globalization;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>The tokens of a file, read one after the other; every failure tells its place.</summary>
internal sealed class ProtoTokens(string text)
{
    private readonly List<ProtoToken> _tokens = ProtoLexer.Tokens(text);
    private int _next;

    public ProtoToken Peek => _tokens[_next];

    public bool AtEnd => Peek.Kind == ProtoTokenKind.End;

    public bool Sees(string value) => Peek.Kind is ProtoTokenKind.Symbol or ProtoTokenKind.Word && Peek.Value == value;

    /// <summary>True when the token after the next one is this symbol or word.</summary>
    public bool SeesThen(string value) => _next + 1 < _tokens.Count && _tokens[_next + 1].Value == value
        && _tokens[_next + 1].Kind is ProtoTokenKind.Symbol or ProtoTokenKind.Word;

    public bool Take(string value)
    {
        if (!Sees(value))
            return false;
        _next++;
        return true;
    }

    public void Expect(string value)
    {
        if (!Take(value))
            throw Fail($"'{value}' is expected, not {Shown()}");
    }

    public string Word() => Peek.Kind == ProtoTokenKind.Word ? _tokens[_next++].Value
        : throw Fail($"a name is expected, not {Shown()}");

    /// <summary>Strings that follow each other are one.</summary>
    public string Text()
    {
        if (Peek.Kind != ProtoTokenKind.Text)
            throw Fail($"a string is expected, not {Shown()}");
        var value = _tokens[_next++].Value;
        while (Peek.Kind == ProtoTokenKind.Text)
            value += _tokens[_next++].Value;
        return value;
    }

    public string Number() => Peek.Kind == ProtoTokenKind.Number ? _tokens[_next++].Value
        : throw Fail($"a number is expected, not {Shown()}");

    public int Integer()
    {
        var isNegative = Take("-");
        var token = Peek;
        return ProtoNumbers.TryParse(Number(), out var value) && value <= 1L << 31
            ? (int)(isNegative ? -value : Math.Min(value, int.MaxValue))
            : throw ProtoLexer.At(token.Line, token.Column, $"'{token.Value}' is not an integer of 32 bits");
    }

    /// <summary>A name with dots, which may begin with one.</summary>
    public string DottedName()
    {
        var name = Take(".") ? "." + Word() : Word();
        while (Take("."))
            name += "." + Word();
        return name;
    }

    public SchemaParseException Fail(string reason) => ProtoLexer.At(Peek.Line, Peek.Column, reason);

    private string Shown() => AtEnd ? "the end of the file" : $"'{Peek.Value}'";
}

/// <summary>Integers as .proto files write them: decimal, 0x hexadecimal, 0 octal.</summary>
internal static class ProtoNumbers
{
    public static bool TryParse(string text, out long value)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out value);
        if (text.Length == 1 || text[0] != '0')
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < '0' or > '7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) + (digit - '0');
        }
        return true;
    }
}
