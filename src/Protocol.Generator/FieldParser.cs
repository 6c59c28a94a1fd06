using System;

namespace Platform.Protocol.Generator;

/// <summary>Parses a field line: <c>name type versions [nullable 2+] [tag 0 [3+]] [= default] [ignorable] [key] [rigid]</c>.</summary>
internal static class FieldParser
{
    public static FieldModel Parse(string[] words, string? doc, int line)
    {
        if (words.Length < 3)
            throw new SchemaException(line, "a field needs a name, a type and a version range");
        var field = new FieldModel { Name = words[0], Doc = doc, Line = line, Versions = SchemaParser.Range(words[2], line) };
        ReadType(field, words[1]);
        for (var at = 3; at < words.Length;)
            ReadAttribute(field, words, ref at, line);
        return field;
    }

    private static void ReadType(FieldModel field, string type)
    {
        if (type.EndsWith("?", StringComparison.Ordinal))
        {
            field.Nullable = field.Versions;
            type = type.TrimEnd('?');
        }
        field.IsArray = type.StartsWith("[]", StringComparison.Ordinal);
        field.BaseType = field.IsArray ? type.Substring(2) : type;
    }

    private static void ReadAttribute(FieldModel field, string[] words, ref int at, int line)
    {
        switch (words[at++])
        {
            case "nullable": field.Nullable = SchemaParser.Range(words[at++], line); break;
            case "=": field.Default = words[at++]; break;
            case "ignorable": field.Ignorable = true; break;
            case "key": field.IsKey = true; break;
            case "rigid": field.Rigid = true; break;
            case "tag": ReadTag(field, words, ref at, line); break;
            default: throw new SchemaException(line, $"'{words[at - 1]}' is no attribute of a field");
        }
    }

    private static void ReadTag(FieldModel field, string[] words, ref int at, int line)
    {
        field.Tag = SchemaParser.Number(words[at++], line);
        field.Tagged = field.Versions;
        if (at < words.Length && char.IsDigit(words[at][0]))
            field.Tagged = SchemaParser.Range(words[at++], line);
    }
}
