using System.Collections.Generic;
using System.Linq;

namespace Platform.Protocol.Generator;

/// <summary>Writes the properties, <c>Read</c>, <c>Write</c> and the default test of one struct.</summary>
internal static class StructEmitter
{
    public static void EmitMembers(CodeWriter code, StructModel owner, SchemaModel schema)
    {
        foreach (var field in owner.Fields)
            EmitProperty(code, field);
        code.Line();
        EmitRead(code, owner, schema);
        code.Line();
        EmitWrite(code, owner, schema);
        if (owner.NeedsDefaultTest)
            EmitDefaultTest(code, owner);
    }

    private static void EmitProperty(CodeWriter code, FieldModel field)
    {
        var type = TypeMap.CSharp(field);
        code.Summary(field.Doc);
        if ((field.IsArray || field.Struct is not null) && !TypeMap.IsNullable(field))
        {
            // Created when first asked for: most messages that are read replace it at once.
            var backing = "_" + TypeMap.Camel(field.PropertyName);
            code.Line($"private {type}? {backing};");
            code.Line($"public {type} {field.PropertyName} {{ get => {backing} ??= new(); set => {backing} = value; }}");
            return;
        }
        var initial = TypeMap.Initial(field);
        if (initial is null && TypeMap.IsNullable(field) && field.Default != "null")
            initial = "new()";
        code.Line($"public {type} {field.PropertyName} {{ get; set; }}{(initial is null ? "" : $" = {initial};")}");
    }

    private static bool IsFlexible(SchemaModel schema) => !schema.Flexible.IsEmpty;

    private static void EmitFlexFlag(CodeWriter code, SchemaModel schema) =>
        code.Line(IsFlexible(schema) ? $"var flexible = version >= {schema.Flexible.Lowest};" : "const bool flexible = false;");

    private static void EmitRead(CodeWriter code, StructModel owner, SchemaModel schema)
    {
        code.Open("public void Read(ref ProtocolReader reader, short version)");
        EmitFlexFlag(code, schema);
        foreach (var field in owner.Fields)
        {
            var untagged = Untagged(field, schema);
            if (untagged.IsEmpty)
                continue;
            var condition = Condition(untagged, schema);
            if (condition is not null)
                code.Open($"if ({condition})");
            FieldEmitter.EmitRead(code, field);
            if (condition is not null)
                code.Close();
        }
        if (IsFlexible(schema))
            EmitReadTagged(code, owner, schema);
        code.Close();
    }

    private static void EmitReadTagged(CodeWriter code, StructModel owner, SchemaModel schema)
    {
        var tagged = Tagged(owner, schema);
        code.Line("if (!flexible) return;");
        if (tagged.Count == 0)
        {
            code.Line("reader.SkipTaggedFields();");
            return;
        }
        code.Open("for (var left = reader.ReadTagCount(); left > 0; left--)");
        code.Line("var tag = reader.ReadTag(out var end);");
        code.Open("switch (tag)");
        foreach (var field in tagged)
        {
            var condition = Condition(field.Tagged.Intersect(field.Versions), schema);
            code.Open($"case {field.Tag}{(condition is null ? "" : $" when {condition}")}:");
            FieldEmitter.EmitRead(code, field);
            code.Line("break;");
            code.Close();
        }
        code.Close();
        code.Line("reader.EndTag(end);");
        code.Close();
    }

    private static void EmitWrite(CodeWriter code, StructModel owner, SchemaModel schema)
    {
        code.Open("public void Write(ProtocolWriter writer, short version)");
        EmitFlexFlag(code, schema);
        foreach (var field in owner.Fields)
            EmitWriteUntagged(code, field, owner, schema);
        if (IsFlexible(schema))
            EmitWriteTagged(code, owner, schema);
        code.Close();
    }

    private static void EmitWriteUntagged(CodeWriter code, FieldModel field, StructModel owner, SchemaModel schema)
    {
        var untagged = Untagged(field, schema);
        var present = field.Versions.Intersect(schema.Versions);
        if (!untagged.IsEmpty)
        {
            var condition = Condition(untagged, schema);
            if (condition is not null)
                code.Open($"if ({condition})");
            FieldEmitter.EmitWrite(code, field, schema);
            if (condition is not null)
                code.Close();
        }
        if (!field.Ignorable && !present.Covers(schema.Versions))
            EmitRefusal(code, field, owner, present);
    }

    // A value that this version cannot carry is an error unless the schema says that it may be dropped.
    private static void EmitRefusal(CodeWriter code, FieldModel field, StructModel owner, VersionRange present)
    {
        var absent = present.IsEmpty ? "true" : Negation(present);
        code.Line($"if (({absent}) && !({TypeMap.IsDefault(field)})) throw UnsupportedFieldException.For(\"{owner.Name}.{field.PropertyName}\", version);");
    }

    private static void EmitWriteTagged(CodeWriter code, StructModel owner, SchemaModel schema)
    {
        var tagged = Tagged(owner, schema);
        code.Line("if (!flexible) return;");
        if (tagged.Count == 0)
        {
            code.Line("writer.WriteUnsignedVarint(0);");
            return;
        }
        code.Line("var tags = 0u;");
        foreach (var field in tagged)
            code.Line($"if ({TaggedCondition(field, schema)}) tags++;");
        code.Line("writer.WriteUnsignedVarint(tags);");
        code.Line("if (tags == 0) return;");
        foreach (var field in tagged)
        {
            code.Open($"if ({TaggedCondition(field, schema)})");
            code.Line($"var start{field.Tag} = writer.BeginTag({field.Tag});");
            FieldEmitter.EmitWrite(code, field, schema);
            code.Line($"writer.EndTag(start{field.Tag});");
            code.Close();
        }
    }

    private static string TaggedCondition(FieldModel field, SchemaModel schema)
    {
        var condition = Condition(field.Tagged.Intersect(field.Versions), schema);
        return (condition is null ? "" : $"({condition}) && ") + $"!({TypeMap.IsDefault(field)})";
    }

    private static void EmitDefaultTest(CodeWriter code, StructModel owner)
    {
        code.Line();
        var tests = owner.Fields.Select(TypeMap.IsDefault).ToList();
        code.Line($"internal bool IsDefault() => {(tests.Count == 0 ? "true" : string.Join(" && ", tests))};");
    }

    private static List<FieldModel> Tagged(StructModel owner, SchemaModel schema) =>
        owner.Fields.Where(f => f.Tag is not null && !f.Tagged.Intersect(f.Versions).Intersect(schema.Versions).IsEmpty)
            .OrderBy(f => f.Tag).ToList();

    private static VersionRange Untagged(FieldModel field, SchemaModel schema)
    {
        var present = field.Versions.Intersect(schema.Versions);
        if (field.Tag is null)
            return present;
        // Tagged from some version on: below that the field is written in place.
        return present.Intersect(new VersionRange(0, field.Tagged.Lowest - 1));
    }

    private static string? Condition(VersionRange range, SchemaModel schema)
    {
        var from = range.Lowest > schema.Versions.Lowest ? $"version >= {range.Lowest}" : null;
        var to = range.Highest < schema.Versions.Highest ? $"version <= {range.Highest}" : null;
        return from is null ? to : to is null ? from : $"{from} && {to}";
    }

    private static string Negation(VersionRange range) =>
        range.Highest == VersionRange.Open ? $"version < {range.Lowest}" : $"version < {range.Lowest} || version > {range.Highest}";
}
