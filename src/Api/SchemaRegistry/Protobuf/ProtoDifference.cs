using System.Collections.Frozen;
using Platform.Api.SchemaRegistry.Compatibility;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>How a .proto file may differ from an earlier one, in Confluent's words.</summary>
internal enum ProtoDifferenceType
{
    PACKAGE_CHANGED, MESSAGE_ADDED, MESSAGE_REMOVED, MESSAGE_MOVED, ENUM_ADDED, ENUM_REMOVED, ENUM_CONST_ADDED,
    ENUM_CONST_CHANGED, ENUM_CONST_REMOVED, FIELD_ADDED, FIELD_REMOVED, FIELD_NAME_CHANGED, FIELD_KIND_CHANGED,
    FIELD_SCALAR_KIND_CHANGED, FIELD_NAMED_TYPE_CHANGED, FIELD_NUMERIC_LABEL_CHANGED,
    FIELD_STRING_OR_BYTES_LABEL_CHANGED, REQUIRED_FIELD_ADDED, REQUIRED_FIELD_REMOVED, ONEOF_ADDED, ONEOF_REMOVED,
    ONEOF_FIELD_ADDED, ONEOF_FIELD_REMOVED, ONEOF_FIELD_MOVED_TO_TOP_LEVEL, MULTIPLE_FIELDS_MOVED_TO_ONEOF,
    FIELD_MOVED_TO_EXISTING_ONEOF,
}

/// <summary>One difference. The path is #/Message/number, with the oneof's name before the number.</summary>
internal sealed record ProtoDifference(ProtoDifferenceType Type, string Pointer) : IIncompatibility
{
    private static readonly FrozenSet<ProtoDifferenceType> Incompatible = FrozenSet.Create(
        ProtoDifferenceType.PACKAGE_CHANGED, ProtoDifferenceType.MESSAGE_REMOVED,
        ProtoDifferenceType.FIELD_KIND_CHANGED, ProtoDifferenceType.FIELD_SCALAR_KIND_CHANGED,
        ProtoDifferenceType.FIELD_NAMED_TYPE_CHANGED, ProtoDifferenceType.FIELD_NUMERIC_LABEL_CHANGED,
        ProtoDifferenceType.REQUIRED_FIELD_ADDED, ProtoDifferenceType.REQUIRED_FIELD_REMOVED,
        ProtoDifferenceType.ONEOF_FIELD_REMOVED, ProtoDifferenceType.MULTIPLE_FIELDS_MOVED_TO_ONEOF,
        ProtoDifferenceType.FIELD_MOVED_TO_EXISTING_ONEOF);

    public bool IsCompatible => !Incompatible.Contains(Type);

    public string ErrorType => Type.ToString();

    public string Fix => Type switch
    {
        ProtoDifferenceType.PACKAGE_CHANGED => "Keep the package, or register under another subject.",
        ProtoDifferenceType.MESSAGE_REMOVED => "Keep the message; mark it as deprecated if nobody should use it.",
        ProtoDifferenceType.REQUIRED_FIELD_ADDED or ProtoDifferenceType.REQUIRED_FIELD_REMOVED =>
            "Make the field optional, or leave it as it was.",
        ProtoDifferenceType.ONEOF_FIELD_REMOVED => "Keep the member, or move it out of the oneof.",
        ProtoDifferenceType.MULTIPLE_FIELDS_MOVED_TO_ONEOF or ProtoDifferenceType.FIELD_MOVED_TO_EXISTING_ONEOF =>
            "Leave the fields where they are and add new ones to the oneof.",
        _ => "Leave the field as it was and add a new one under a number that was never used.",
    };

    public string Explain(string reader, string writer) => Type switch
    {
        ProtoDifferenceType.PACKAGE_CHANGED =>
            $"The package of the {reader} schema differs from that of the {writer} schema",
        ProtoDifferenceType.MESSAGE_REMOVED =>
            $"The {reader} schema lacks the message at path '{Pointer}' of the {writer} schema",
        ProtoDifferenceType.REQUIRED_FIELD_ADDED =>
            $"The {reader} schema has a required field at path '{Pointer}' that the {writer} schema does not write",
        ProtoDifferenceType.REQUIRED_FIELD_REMOVED =>
            $"The {reader} schema lacks the required field at path '{Pointer}' of the {writer} schema",
        ProtoDifferenceType.ONEOF_FIELD_REMOVED =>
            $"The {reader} schema lacks the oneof field at path '{Pointer}' of the {writer} schema",
        ProtoDifferenceType.MULTIPLE_FIELDS_MOVED_TO_ONEOF =>
            $"Several fields of the {writer} schema became members of the oneof at path '{Pointer}' "
            + $"of the {reader} schema",
        ProtoDifferenceType.FIELD_MOVED_TO_EXISTING_ONEOF =>
            $"A field of the {writer} schema became a member of the existing oneof at path '{Pointer}' "
            + $"of the {reader} schema",
        ProtoDifferenceType.FIELD_NUMERIC_LABEL_CHANGED =>
            $"The label of the numeric field at path '{Pointer}' in the {reader} schema differs "
            + $"from the {writer} schema",
        ProtoDifferenceType.FIELD_SCALAR_KIND_CHANGED =>
            $"The kind of a SCALAR field at path '{Pointer}' in the {reader} schema does not match its kind "
            + $"in the {writer} schema",
        ProtoDifferenceType.FIELD_NAMED_TYPE_CHANGED =>
            $"The type of a MESSAGE field at path '{Pointer}' in the {reader} schema does not match its type "
            + $"in the {writer} schema",
        _ => $"The type of the field at path '{Pointer}' in the {reader} schema does not match "
            + $"the {writer} schema",
    };

    public string Describe(string reader, string writer) =>
        $"{{errorType:\"{Type}\", description:\"{Explain(reader, writer)}\"}}";
}
