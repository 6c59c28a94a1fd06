namespace Platform.Protocol.Generator;

/// <summary>Writes the statements that read or write one field.</summary>
internal static class FieldEmitter
{
    public static void EmitRead(CodeWriter code, FieldModel field)
    {
        if (field.IsArray)
            EmitReadArray(code, field);
        else if (field.Struct is not null)
            EmitReadStruct(code, field);
        else
            code.Line($"{field.PropertyName} = {ReadScalar(field, IsNullable(field))};");
    }

    private static bool IsNullable(FieldModel field) => !field.Nullable.IsEmpty;

    private static string ReadScalar(FieldModel field, bool nullable)
    {
        var method = TypeMap.Method(field.BaseType);
        if (TypeMap.IsFixedWidth(field.BaseType))
            return $"reader.Read{method}()";
        return $"reader.Read{(nullable ? "Nullable" : "")}{method}({Flexible(field)})";
    }

    private static string Flexible(FieldModel field) => field.Rigid ? "false" : "flexible";

    private static void EmitReadStruct(CodeWriter code, FieldModel field)
    {
        if (IsNullable(field))
        {
            code.Line($"{field.PropertyName} = null;");
            code.Open("if (reader.ReadInt8() >= 0)");
        }
        var local = "read" + field.PropertyName;
        code.Line($"var {local} = new {field.Struct!.Name}();");
        code.Line($"{local}.Read(ref reader, version);");
        code.Line($"{field.PropertyName} = {local};");
        if (IsNullable(field))
            code.Close();
    }

    private static void EmitReadArray(CodeWriter code, FieldModel field)
    {
        var count = "count" + field.PropertyName;
        var list = "list" + field.PropertyName;
        code.Line($"var {count} = reader.Read{(IsNullable(field) ? "Nullable" : "")}ArrayLength({Flexible(field)});");
        if (IsNullable(field))
        {
            code.Line($"if ({count} < 0) {field.PropertyName} = null;");
            code.Open("else");
        }
        code.Line($"var {list} = new List<{TypeMap.Element(field)}>(reader.InitialCapacity({count}));");
        code.Open($"for (var i = 0; i < {count}; i++)");
        if (field.Struct is not null)
        {
            code.Line($"var item = new {field.Struct.Name}();");
            code.Line("item.Read(ref reader, version);");
            code.Line($"{list}.Add(item);");
        }
        else
        {
            code.Line($"{list}.Add({ReadScalar(field, nullable: false)});");
        }
        code.Close();
        code.Line($"{field.PropertyName} = {list};");
        if (IsNullable(field))
            code.Close();
    }

    public static void EmitWrite(CodeWriter code, FieldModel field, SchemaModel schema)
    {
        if (field.IsArray)
            EmitWriteArray(code, field, schema);
        else if (field.Struct is not null)
            EmitWriteStruct(code, field);
        else
            code.Line(WriteScalar(field, field.PropertyName, NullableNow(field, schema)) + ";");
    }

    // Null where this version forbids it is caught by the writer's own argument check.
    private static bool NullableNow(FieldModel field, SchemaModel schema) =>
        IsNullable(field) && field.Nullable.Covers(field.Versions.Intersect(schema.Versions));

    private static string WriteScalar(FieldModel field, string value, bool nullable)
    {
        var method = TypeMap.Method(field.BaseType);
        if (TypeMap.IsFixedWidth(field.BaseType))
            return $"writer.Write{method}({value})";
        if (!nullable && IsNullable(field))
            return $"writer.WriteNullable{method}({value}, {Flexible(field)}, {NullTest(field)}, \"{field.PropertyName}\")";
        return $"writer.Write{(nullable ? "Nullable" : "")}{method}({value}, {Flexible(field)})";
    }

    private static string NullTest(FieldModel field) =>
        field.Nullable.Highest == VersionRange.Open
            ? $"version >= {field.Nullable.Lowest}"
            : $"version >= {field.Nullable.Lowest} && version <= {field.Nullable.Highest}";

    private static void EmitWriteStruct(CodeWriter code, FieldModel field)
    {
        if (!IsNullable(field))
        {
            code.Line($"{field.PropertyName}.Write(writer, version);");
            return;
        }
        code.Line($"writer.WriteInt8((sbyte)({field.PropertyName} is null ? -1 : 1));");
        code.Line($"{field.PropertyName}?.Write(writer, version);");
    }

    private static void EmitWriteArray(CodeWriter code, FieldModel field, SchemaModel schema)
    {
        var name = field.PropertyName;
        var local = "write" + name;
        code.Line($"var {local} = {name};");
        if (IsNullable(field))
        {
            var allowed = NullableNow(field, schema) ? "true" : NullTest(field);
            code.Line($"writer.WriteNullableArrayLength({local} is null ? -1 : {local}.Count, {Flexible(field)}, {allowed}, \"{name}\");");
        }
        else
        {
            code.Line($"writer.WriteArrayLength({local}.Count, {Flexible(field)});");
        }
        code.Open($"for (var i = 0; i < {local}{(IsNullable(field) ? "?" : "")}.Count; i++)");
        code.Line(field.Struct is not null
            ? $"{local}[i].Write(writer, version);"
            : WriteElement(field, $"{local}[i]") + ";");
        code.Close();
    }

    private static string WriteElement(FieldModel field, string value)
    {
        var method = TypeMap.Method(field.BaseType);
        return TypeMap.IsFixedWidth(field.BaseType) ? $"writer.Write{method}({value})" : $"writer.Write{method}({value}, {Flexible(field)})";
    }
}
