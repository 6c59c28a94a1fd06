using System;

namespace Platform.Protocol.Generator;

/// <summary>Parses a field line: <c>name type versions [nullable 2+] [tag 0 [3+]] [= default] [ignorable] [key] [rigid]</c>.</summary>
internal static class FieldParser
{
    public static FieldModel Parse(LineWords words, string? doc)
    {
        var field = new FieldModel { Doc = doc, Line = words.Line, Name = words.Next("the name of a field") };
        var type = words.Next($"the type of field '{field.Name}'");
        field.Versions = words.NextRange($"the versions of field '{field.Name}'");
        if (!char.IsLower(field.Name[0]))
            throw words.Error($"field '{field.Name}' must begin with a lower-case letter");
        ReadType(field, type);
        while (words.HasMore)
            ReadAttribute(field, words);
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

    private static void ReadAttribute(FieldModel field, LineWords words)
    {
        var attribute = words.Next("an attribute");
        switch (attribute)
        {
            case "nullable": field.Nullable = words.NextRange("the versions that allow null"); break;
            case "=": field.Default = words.Next("a default"); break;
            case "ignorable": field.Ignorable = true; break;
            case "key": field.IsKey = true; break;
            case "rigid": field.Rigid = true; break;
            case "tag": ReadTag(field, words); break;
            default:
                throw words.Error($"'{attribute}' is no attribute of a field; expected nullable, tag, =, ignorable, key or rigid");
        }
    }

    private static void ReadTag(FieldModel field, LineWords words)
    {
        field.Tag = words.NextNumber("a tag");
        field.Tagged = words.NextIsNumber ? words.NextRange("the tagged versions") : field.Versions;
    }
}
