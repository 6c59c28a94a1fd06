using System.Collections.Generic;
using System.Linq;

namespace Platform.Protocol.Generator;

/// <summary>Connects fields to the structs that they name and checks what one line alone cannot show.</summary>
internal static class StructLinker
{
    public static void Link(MessageModel message)
    {
        var structs = message.Structs.ToDictionary(s => s.Name);
        foreach (var owner in message.All)
            foreach (var field in owner.Fields)
                LinkField(field, structs);
        PropagateDefaultTests(message);
    }

    private static void LinkField(FieldModel field, Dictionary<string, StructModel> structs)
    {
        if (SchemaParser.IsPrimitive(field.BaseType))
            return;
        if (!structs.TryGetValue(field.BaseType, out var target))
        {
            throw new SchemaException(
                field.Line, $"field '{field.Name}' has the type '{field.BaseType}', which no struct of the message declares");
        }
        field.Struct = target;
        // A struct that exists from version 0 on and a field of version 4 may both drop the field: either suffices.
        if (!field.IsArray)
            target.NeedsDefaultTest = true;
    }

    // A struct is default when all its fields are, so that the structs inside must answer the question too.
    private static void PropagateDefaultTests(MessageModel message)
    {
        var pending = new Stack<StructModel>(message.Structs.Where(s => s.NeedsDefaultTest));
        while (pending.Count > 0)
            foreach (var field in pending.Pop().Fields)
                if (field.Struct is { NeedsDefaultTest: false } inner && !field.IsArray)
                {
                    inner.NeedsDefaultTest = true;
                    pending.Push(inner);
                }
    }
}
