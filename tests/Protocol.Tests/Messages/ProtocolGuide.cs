using System.Text;
using Platform.Protocol.Generator;

namespace Platform.Protocol.Tests.Messages;

/// <summary>Writes docs/protocol.md from the schema files.</summary>
internal static class ProtocolGuide
{
    private const string Introduction = """
        # The protocol

        <!-- Generated from src/Protocol/Schemas: change those, then run Protocol.Tests with REWRITE=1. -->

        Every request, response and log record is declared once, in a file of `src/Protocol/Schemas`. A source generator
        turns each file into classes that read and write all of its versions. This page explains the language of the files
        and lists what they declare.

        ## The schema language

        ```
        api 12 Heartbeat  versions 0-4  flexible 4+  on broker  # Tells the group coordinator that a member is alive.

        request
          groupId          string       0+              # Id of the group.
          generationId     int32        0+              # Generation that the member believes to be current.
          groupInstanceId  string?      3+  = null      # Id that the operator gave a static member, or null.
          topics           []Topic      0+              # A list of structs: their fields follow, indented.
            name           string       0+
            owner          Owner        4+  tag 0       # A tagged field, which is left out when it is at its default.

        response
          throttleTimeMs   int32        1+  ignorable   # How long the client should wait because of a quota, in ms.
          errorCode        error        0+

        struct Owner  in request  versions 4+           # A struct that several fields use.
          id               int32        4+  = -1
        ```

        - **Header line**: `api NUMBER Name`, or for anything else `record`, `key`, `value` (with `type NUMBER`), `data` or
          `header`; then `versions LOW-HIGH`, `flexible FROM+` or `flexible none`, for an API `on broker, controller`, and
          `unstable` when the highest version is still changing and must not be advertised.
        - **Field line**: name, type, versions, attributes. Two spaces of indentation a level. Text behind `#` is
          documentation: it appears in the editor on the generated property.
        - **Types**: `bool` `int8` `int16` `uint16` `int32` `uint32` `int64` `float64` `uuid` `string` `bytes` `records`
          `error` (an int16 that becomes an `ErrorCode`), the name of a struct, and `[]` in front of any of them for a list.
          A `?` behind the type allows null in all versions; `nullable 2+` only in some.
        - **Versions**: `3+`, `0-4` or `none`. In other versions the field is not on the wire. Writing a value other than
          the default in such a version is an error, unless the field is `ignorable`, which drops it.
        - **`= value`** is the default: what the property holds when nobody sets it or when the version lacks it. Without
          it: zero, false, an empty string, list or struct.
        - **`tag N`**: the field is written as a tagged field (KIP-482), `tag N 3+` only from version 3 on.
        - **`key`**: the field identifies its element in the list. **`rigid`**: the field keeps fixed-width lengths in
          flexible versions; only the client id of the request header does.
        - **Flexible versions** write lengths as unsigned varints of length + 1 and end every struct with tagged fields.
          Readers skip tags that they do not know.

        What the parser refuses, it reports as a compiler error with file and line.


        """;

    public static string Write(IEnumerable<SchemaModel> schemas)
    {
        var all = schemas.ToList();
        var text = new StringBuilder(Introduction);
        var apis = all.Where(s => s.Kind == SchemaKind.Api).OrderBy(s => s.Type).ToList();
        text.Append($"## The {apis.Count} APIs\n\n");
        text.Append("Which of them a broker serves, and in which versions, it tells by ApiVersions. A version in\n");
        text.Append("parentheses is declared but unstable: it is not advertised.\n\n");
        text.Append("| key | name | versions | flexible from | listeners | what it does |\n|---:|---|---|---|---|---|\n");
        foreach (var api in apis)
            text.Append($"| {api.Type} | {api.Name} | {Versions(api)} | {Flexible(api)} | {Listeners(api)} | {api.Doc} |\n");
        AppendRecords(text, "Records of the metadata log", all.Where(s => s.Kind == SchemaKind.Record));
        AppendRecords(text, "Keys and values of the coordinators' logs",
            all.Where(s => s.Kind is SchemaKind.Key or SchemaKind.Value));
        AppendRecords(text, "Headers and other data", all.Where(s => s.Kind is SchemaKind.Header or SchemaKind.Data));
        return text.ToString();
    }

    private static void AppendRecords(StringBuilder text, string title, IEnumerable<SchemaModel> records)
    {
        text.Append($"\n## {title}\n\n| type | name | versions | flexible from | what it is |\n|---:|---|---|---|---|\n");
        foreach (var record in records.OrderBy(r => r.Type).ThenBy(r => r.Name, StringComparer.Ordinal))
        {
            var type = record.Type < 0 ? "" : record.Type.ToString();
            text.Append($"| {type} | {record.Name} | {Versions(record)} | {Flexible(record)} | {record.Doc} |\n");
        }
    }

    private static string Versions(SchemaModel schema)
    {
        var (lowest, highest) = (schema.Versions.Lowest, schema.Versions.Highest);
        if (!schema.LatestVersionUnstable)
            return lowest == highest ? $"{lowest}" : $"{lowest}-{highest}";
        return lowest == highest ? $"({lowest})" : $"{lowest}-{highest - 1} ({highest})";
    }

    private static string Flexible(SchemaModel schema) =>
        schema.Flexible.IsEmpty ? "never" : $"{schema.Flexible.Lowest}";

    private static string Listeners(SchemaModel api) =>
        api.Listeners.Count == 0 ? "none" : string.Join(", ", api.Listeners);
}
