using System;
using System.Collections.Generic;
using System.Linq;

namespace Platform.Protocol.Generator;

/// <summary>A schema file breaks the language; the message says what was expected.</summary>
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
            throw new SchemaException(1, "no header line; expected one such as 'api 12 Heartbeat versions 0-4 flexible 4+'");
        foreach (var message in schema.Messages)
        {
            StructLinker.Link(message);
            SchemaChecks.Check(message, schema);
        }
        return schema;
    }

    private sealed class State(SchemaModel schema)
    {
        private readonly Stack<(int Indent, StructModel Struct)> _open = new();
        private MessageModel? _message;

        public void ReadLine(string line, int number)
        {
            if (line.IndexOf('\t') >= 0)
                throw new SchemaException(number, "tabs are not allowed; indent by two spaces a level");
            SplitComment(line, out var code, out var doc);
            if (code.Trim().Length == 0)
                return;
            var words = new LineWords(code, number);
            var indent = code.Length - code.TrimStart().Length;
            if (indent % 2 != 0)
                throw words.Error($"indented by {indent} spaces; expected two a level");
            if (indent == 0)
                ReadHeading(words, doc);
            else
                ReadField(indent, words, doc);
        }

        private void ReadHeading(LineWords words, string? doc)
        {
            var heading = words.Next("a heading");
            switch (heading)
            {
                case "request" or "response":
                    StartMessage(schema.Name + char.ToUpperInvariant(heading[0]) + heading.Substring(1), doc, words);
                    break;
                case "struct":
                    StartStruct(words);
                    break;
                default:
                    ReadSchemaHeader(heading, words, doc);
                    break;
            }
        }

        private void ReadSchemaHeader(string heading, LineWords words, string? doc)
        {
            if (!Enum.TryParse<SchemaKind>(heading, ignoreCase: true, out var kind))
            {
                throw words.Error($"'{heading}' starts no section; expected api, record, key, value, data, header, " +
                    "request, response or struct");
            }
            if (schema.Name.Length > 0)
                throw words.Error($"a second header line; the file already declares {schema.Name}");
            schema.Kind = kind;
            schema.Doc = doc;
            if (kind == SchemaKind.Api)
                schema.Type = words.NextNumber("the number of the API");
            schema.Name = words.Next("the name");
            while (words.HasMore)
                ReadHeaderAttribute(words);
            if (schema.Versions.Highest == VersionRange.Open || schema.Versions.IsEmpty)
                throw words.Error($"{schema.Name} needs its lowest and highest version, such as 'versions 0-4'");
            if (kind != SchemaKind.Api)
                StartMessage(schema.Name, doc, words);
        }

        private void ReadHeaderAttribute(LineWords words)
        {
            var attribute = words.Next("an attribute");
            switch (attribute)
            {
                case "type": schema.Type = words.NextNumber("the type of the record"); break;
                case "versions": schema.Versions = words.NextRange("the versions"); break;
                case "flexible": schema.Flexible = words.NextRange("the flexible versions"); break;
                case "unstable": schema.LatestVersionUnstable = true; break;
                case "on": ReadListeners(words); break;
                default:
                    throw words.Error($"'{attribute}' is no attribute of a header line; " +
                        "expected type, versions, flexible, on or unstable");
            }
        }

        private void ReadListeners(LineWords words)
        {
            string listener;
            do
            {
                listener = words.Next("a listener");
                if (listener.TrimEnd(',') is not ("broker" or "controller"))
                    throw words.Error($"'{listener}' is no listener; expected broker or controller");
                schema.Listeners.Add(listener.TrimEnd(','));
            }
            while (listener.EndsWith(",", StringComparison.Ordinal));
        }

        private void StartMessage(string name, string? doc, LineWords words)
        {
            if (schema.Name.Length == 0)
                throw words.Error("the header line must come first");
            _message = new MessageModel(name) { Doc = doc ?? schema.Doc };
            _message.Root.Versions = schema.Versions;
            schema.Messages.Add(_message);
            _open.Clear();
            _open.Push((0, _message.Root));
        }

        // struct Name [in request|response] versions 0+
        private void StartStruct(LineWords words)
        {
            if (schema.Messages.Count == 0)
                throw words.Error("a struct outside of a message");
            var shared = new StructModel(words.Next("the name of the struct"));
            var message = schema.Messages[0];
            if (words.Skip("in") && words.Next("request or response") == "response")
                message = schema.Messages[schema.Messages.Count - 1];
            if (words.Skip("versions"))
                shared.Versions = words.NextRange("the versions of the struct");
            if (message.Structs.Any(s => s.Name == shared.Name))
                throw words.Error($"struct {shared.Name} is declared twice");
            message.Structs.Add(shared);
            _message = message;
            _open.Clear();
            _open.Push((0, shared));
        }

        private void ReadField(int indent, LineWords words, string? doc)
        {
            if (_message is null)
                throw words.Error("a field outside of a message");
            while (_open.Count > 1 && _open.Peek().Indent >= indent)
                _open.Pop();
            var owner = _open.Peek().Struct;
            if (indent > _open.Peek().Indent + 2)
                owner = OpenStructOfLastField(owner, indent, words);
            owner.Fields.Add(FieldParser.Parse(words, doc));
        }

        // Deeper indentation than the owner's fields: they belong to the struct that the last field names.
        private StructModel OpenStructOfLastField(StructModel owner, int indent, LineWords words)
        {
            if (owner.Fields.Count == 0 || indent > _open.Peek().Indent + 4)
                throw words.Error("indented too deep: no field of a struct stands above");
            var name = owner.Fields[owner.Fields.Count - 1].BaseType;
            if (IsPrimitive(name))
                throw words.Error($"indented below a field of type {name}, which has no fields");
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
}
