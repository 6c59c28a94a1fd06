using System.Globalization;
using System.Text;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

internal enum ProtoTokenKind
{
    Word, Number, Text, Symbol, End,
}

/// <summary>A token and where it begins, counted from one.</summary>
internal readonly record struct ProtoToken(ProtoTokenKind Kind, string Value, int Line, int Column);

/// <summary>Cuts the text of a .proto file into tokens, without comments.</summary>
internal sealed class ProtoLexer(string text)
{
    private int _position;
    private int _line = 1;
    private int _lineStart;

    public static List<ProtoToken> Tokens(string text)
    {
        var lexer = new ProtoLexer(text);
        var tokens = new List<ProtoToken>();
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != ProtoTokenKind.End);
        return tokens;
    }

    private char Current => _position < text.Length ? text[_position] : '\0';

    private char After => _position + 1 < text.Length ? text[_position + 1] : '\0';

    private ProtoToken Next()
    {
        SkipBlanks();
        var (line, column, start) = (_line, _position - _lineStart + 1, _position);
        if (_position >= text.Length)
            return new ProtoToken(ProtoTokenKind.End, "", line, column);
        if (Current is '"' or '\'')
            return new ProtoToken(ProtoTokenKind.Text, ReadText(), line, column);
        if (char.IsAsciiLetter(Current) || Current == '_')
        {
            while (char.IsAsciiLetterOrDigit(Current) || Current == '_')
                _position++;
            return new ProtoToken(ProtoTokenKind.Word, text[start.._position], line, column);
        }
        if (char.IsAsciiDigit(Current) || (Current == '.' && char.IsAsciiDigit(After)))
            return new ProtoToken(ProtoTokenKind.Number, ReadNumber(), line, column);
        return new ProtoToken(ProtoTokenKind.Symbol, text[_position++].ToString(), line, column);
    }

    private string ReadNumber()
    {
        var start = _position;
        var isHex = Current == '0' && After is 'x' or 'X';
        while (char.IsAsciiLetterOrDigit(Current) || Current is '.'
            || (Current is '+' or '-' && !isHex && text[_position - 1] is 'e' or 'E'))
            _position++;
        return text[start.._position];
    }

    private void SkipBlanks()
    {
        while (_position < text.Length)
        {
            if (Current == '/' && After == '/')
                SkipLine();
            else if (Current == '/' && After == '*')
                SkipBlock();
            else if (char.IsWhiteSpace(Current) || Current == '\ufeff')
                Step();
            else
                return;
        }
    }

    private void SkipLine()
    {
        while (_position < text.Length && Current != '\n')
            _position++;
    }

    private void SkipBlock()
    {
        var end = text.IndexOf("*/", _position + 2, StringComparison.Ordinal);
        if (end < 0)
            throw Fail("the comment that begins here does not end");
        while (_position < end + 2)
            Step();
    }

    private void Step()
    {
        if (text[_position++] != '\n')
            return;
        _line++;
        _lineStart = _position;
    }

    private string ReadText()
    {
        var quote = text[_position++];
        var value = new StringBuilder();
        while (Current != quote)
        {
            if (_position >= text.Length || Current == '\n')
                throw Fail("the string does not end on its line");
            value.Append(Current == '\\' ? ReadEscape() : text[_position++]);
        }
        _position++;
        return value.ToString();
    }

    private char ReadEscape()
    {
        _position++;
        var letter = Current;
        _position++;
        return letter switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'v' => '\v',
            'x' or 'X' => ReadCode(16, 2),
            'u' => ReadCode(16, 4),
            >= '0' and <= '7' => Octal(),
            '\0' => throw Fail("the string does not end"),
            _ => letter,
        };
    }

    private char Octal()
    {
        _position--;
        return ReadCode(8, 3);
    }

    private char ReadCode(int radix, int maxDigits)
    {
        var value = 0;
        var digits = 0;
        while (digits < maxDigits && char.IsAsciiHexDigit(Current) && (radix == 16 || Current is >= '0' and <= '7'))
        {
            value = (value * radix) + Convert.ToInt32(Current.ToString(), 16);
            _position++;
            digits++;
        }
        return digits == 0 ? throw Fail("an escape without digits") : (char)value;
    }

    private SchemaParseException Fail(string reason) => At(_line, _position - _lineStart + 1, reason);

    public static SchemaParseException At(int line, int column, string reason) =>
        new(string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}: {reason}"));
}
