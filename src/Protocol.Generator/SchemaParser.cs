using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Platform.Protocol.Generator;

/// <summary>A schema file breaks the language; the message names the line and what was expected.</summary>
public sealed class SchemaException(int line, string message) : Exception(message)
{
    /// <summary>Line in the file, counted from 1.</summary>
    public int Line { get; } = line;
}

/// <summary>
/// Reads the schema language: a header line, then <c>request</c>, <c>response</c> or fields directly, indented by two
/// spaces a level; the fields of a struct follow the first field that names it. See docs/protocol.md.
/// </summary>
public static class SchemaParser
{
    private static readonly HashSet<string> Primitives =
    [
        "bool", "int8", "int16", "uint16", "int32", "uint32", "int64", "float64",
        "string", "bytes", "uuid", "records", "error",
    ];

    /// <summary>True when <paramref name="type"/> needs no struct.</summary>
    public static bool IsPrimitive(string type) => Primitives.Contains(type);

    /// <summary>Parses one file; throws <see cref="SchemaException"/> at the first mistake.</summary>
    public static SchemaModel Parse(string text)
    {
        var lines = text.Replace("\r", "").Split('\n');
        var schema = new SchemaModel();
        var state = new State(schema);
        for (var i = 0; i < lines.Length; i++)
            state.ReadLine(lines[i], i + 1);
        if (schema.Name.Length == 0)
            throw new SchemaException(1, "the file holds no header line such as 'api 12 Heartbeat versions 0-4 flexible 4+'");
        foreach (var message in schema.Messages)
            StructLinker.Link(message, schema);
        return schema;
    }

    private sealed class State(SchemaModel schema)
    {
        private readonly Stack<(int Indent, StructModel Struct)> _open = new();
        private MessageModel? _message;

        public void ReadLine(string line, int number)
        {
            SplitComment(line, out var code, out var doc);
            if (code.Trim().Length == 0)
                return;
            var words = code.Split([' '], StringSplitOptions.RemoveEmptyEntries);
            var indent = code.Length - code.TrimStart().Length;
            if (indent == 0)
                ReadHeading(words, doc, number);
            else
                ReadField(indent, words, doc, number);
        }

        private void ReadHeading(string[] words, string? doc, int number)
        {
            switch (words[0])
            {
                case "request": StartMessage(schema.Name + "Request", doc, number); break;
                case "response": StartMessage(schema.Name + "Response", doc, number); break;
                case "struct": StartStruct(words, number); break;
                default: ReadSchemaHeader(words, doc, number); break;
            }
        }

        private void ReadSchemaHeader(string[] words, string? doc, int number)
        {
            if (!Enum.TryParse<SchemaKind>(words[0], ignoreCase: true, out var kind))
                throw new SchemaException(number, $"'{words[0]}' starts no section; expected api, record, key, value, data, header, request, response or struct");
            var at = 1;
            schema.Kind = kind;
            schema.Doc = doc;
            if (kind == SchemaKind.Api)
                schema.Type = Number(words[at++], number);
            schema.Name = words[at++];
            while (at < words.Length)
                ReadHeaderAttribute(words, ref at, number);
            if (kind != SchemaKind.Api)
                StartMessage(schema.Name, doc, number);
        }

        private void ReadHeaderAttribute(string[] words, ref int at, int number)
        {
            switch (words[at++])
            {
                case "type": schema.Type = Number(words[at++], number); break;
                case "versions": schema.Versions = Range(words[at++], number); break;
                case "flexible": schema.Flexible = Range(words[at++], number); break;
                case "unstable": schema.LatestVersionUnstable = true; break;
                case "on":
                    while (at < words.Length && words[at] != "unstable")
                        schema.Listeners.Add(words[at++].TrimEnd(','));
                    break;
                default: throw new SchemaException(number, $"'{words[at - 1]}' is no attribute of a header line");
            }
        }

        private void StartMessage(string name, string? doc, int number)
        {
            if (schema.Name.Length == 0)
                throw new SchemaException(number, "the header line must come first");
            _message = new MessageModel(name) { Doc = doc ?? schema.Doc };
            _message.Root.Versions = schema.Versions;
            schema.Messages.Add(_message);
            _open.Clear();
            _open.Push((0, _message.Root));
        }

        // struct Name [in request|response] versions 0+
        private void StartStruct(string[] words, int number)
        {
            var inResponse = Array.IndexOf(words, "response") > 0;
            var message = schema.Messages[inResponse ? schema.Messages.Count - 1 : 0];
            var shared = new StructModel(words[1]) { Versions = Range(words[words.Length - 1], number) };
            message.Structs.Add(shared);
            _message = message;
            _open.Clear();
            _open.Push((0, shared));
        }

        private void ReadField(int indent, string[] words, string? doc, int number)
        {
            if (_message is null)
                throw new SchemaException(number, "a field outside of a message");
            while (_open.Count > 1 && _open.Peek().Indent >= indent)
                _open.Pop();
            var owner = _open.Peek().Struct;
            if (indent > _open.Peek().Indent + 2 && owner.Fields.Count > 0)
                owner = OpenStructOfLastField(owner, indent);
            owner.Fields.Add(FieldParser.Parse(words, doc, number));
        }

        // Deeper indentation than the owner's fields: they belong to the struct that the last field names.
        private StructModel OpenStructOfLastField(StructModel owner, int indent)
        {
            var name = owner.Fields[owner.Fields.Count - 1].BaseType;
            var nested = _message!.Structs.FirstOrDefault(s => s.Name == name);
            if (nested is null)
                _message.Structs.Add(nested = new StructModel(name));
            _open.Push((indent - 2, nested));
            return nested;
        }
    }

    private static void SplitComment(string line, out string code, out string? doc)
    {
        var hash = line.IndexOf('#');
        code = hash < 0 ? line : line.Substring(0, hash);
        doc = hash < 0 ? null : line.Substring(hash + 1).Trim();
    }

    internal static int Number(string word, int line) =>
        int.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new SchemaException(line, $"'{word}' is no number");

    internal static VersionRange Range(string word, int line)
    {
        if (word == "none")
            return VersionRange.None;
        if (word.EndsWith("+", StringComparison.Ordinal))
            return new VersionRange(Number(word.TrimEnd('+'), line), VersionRange.Open);
        var dash = word.IndexOf('-');
        if (dash <= 0)
            throw new SchemaException(line, $"'{word}' is no version range; expected '3+', '0-4' or 'none'");
        return new VersionRange(Number(word.Substring(0, dash), line), Number(word.Substring(dash + 1), line));
    }
}
