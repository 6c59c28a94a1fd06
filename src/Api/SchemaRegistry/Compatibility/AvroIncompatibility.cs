namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>
/// Why a reader's Avro schema cannot read a writer's data. The names go into messages that clients search for.
/// </summary>
internal enum AvroIncompatibilityType
{
    NAME_MISMATCH, FIXED_SIZE_MISMATCH, MISSING_ENUM_SYMBOLS, READER_FIELD_MISSING_DEFAULT_VALUE, TYPE_MISMATCH,
    MISSING_UNION_BRANCH,
}

/// <summary>One reason. <see cref="Location"/> is a JSON pointer into the reader's schema.</summary>
internal readonly record struct AvroIncompatibility(AvroIncompatibilityType Type, string Location, string Info)
    : IIncompatibility
{
    public string ErrorType => Type.ToString();

    public string Pointer => Location;

    public string Fix => Type switch
    {
        AvroIncompatibilityType.READER_FIELD_MISSING_DEFAULT_VALUE => $"Give the field '{Info}' a default.",
        AvroIncompatibilityType.MISSING_ENUM_SYMBOLS => "Keep the symbols, or give the enum a default symbol.",
        AvroIncompatibilityType.NAME_MISMATCH => "Keep the name, or add the old full name to the aliases.",
        AvroIncompatibilityType.MISSING_UNION_BRANCH => "Keep the branch of the union.",
        AvroIncompatibilityType.FIXED_SIZE_MISMATCH => "Keep the size, or add a field of the new size.",
        _ => "Keep the type or one that it is promoted to, or make it a union of both.",
    };

    /// <summary>The sentence for people, in the pseudo-JSON that clients of the registry know.</summary>
    /// <param name="reader">"new" or "old": which of the two schemas reads.</param>
    /// <param name="writer">The other of the two.</param>
    public string Describe(string reader, string writer) =>
        $"{{errorType:'{Type}', description:'{Explain(reader, writer)}', additionalInfo:'{Info}'}}";

    public string Explain(string reader, string writer) => Type switch
    {
        AvroIncompatibilityType.NAME_MISMATCH => $"The name of the schema at path '{Location}' has changed",
        AvroIncompatibilityType.FIXED_SIZE_MISMATCH =>
            $"The size of the fixed type at path '{Location}' in the {reader} schema differs from the {writer} schema",
        AvroIncompatibilityType.MISSING_ENUM_SYMBOLS =>
            $"The {reader} schema lacks enum symbols '{Info}' at path '{Location}', which the {writer} schema has",
        AvroIncompatibilityType.READER_FIELD_MISSING_DEFAULT_VALUE =>
            $"The field '{Info}' at path '{Location}' in the {reader} schema has no default value and is missing "
            + $"in the {writer} schema",
        AvroIncompatibilityType.MISSING_UNION_BRANCH =>
            $"The union at path '{Location}' in the {reader} schema lacks a type that the {writer} schema may write",
        _ => $"The type at path '{Location}' in the {reader} schema does not match with the {writer} schema",
    };
}
