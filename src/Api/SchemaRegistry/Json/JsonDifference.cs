using System.Collections.Frozen;
using Platform.Api.SchemaRegistry.Compatibility;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>
/// One difference between two JSON schemas. The pointer ends with the keyword that differs, or is that of the schema.
/// </summary>
/// <param name="Type">Confluent's name of the difference.</param>
/// <param name="Pointer">Where, beginning with #/.</param>
internal sealed record JsonDifference(string Type, string Pointer) : IIncompatibility
{
    private static readonly FrozenSet<string> Compatible = FrozenSet.Create(StringComparer.Ordinal,
        "ID_CHANGED", "TITLE_CHANGED", "DESCRIPTION_CHANGED", "DEFAULT_CHANGED", "SCHEMA_REMOVED", "TYPE_EXTENDED",
        "MAX_LENGTH_INCREASED", "MAX_LENGTH_REMOVED", "MIN_LENGTH_DECREASED", "MIN_LENGTH_REMOVED", "PATTERN_REMOVED",
        "MAXIMUM_INCREASED", "MAXIMUM_REMOVED", "MINIMUM_DECREASED", "MINIMUM_REMOVED",
        "EXCLUSIVE_MAXIMUM_INCREASED", "EXCLUSIVE_MAXIMUM_REMOVED",
        "EXCLUSIVE_MINIMUM_DECREASED", "EXCLUSIVE_MINIMUM_REMOVED", "MULTIPLE_OF_REDUCED", "MULTIPLE_OF_REMOVED",
        "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED", "REQUIRED_ATTRIBUTE_REMOVED", "DEPENDENCY_ARRAY_NARROWED",
        "DEPENDENCY_ARRAY_REMOVED", "DEPENDENCY_SCHEMA_REMOVED", "MAX_PROPERTIES_INCREASED",
        "MAX_PROPERTIES_REMOVED", "MIN_PROPERTIES_DECREASED", "MIN_PROPERTIES_REMOVED",
        "ADDITIONAL_PROPERTIES_ADDED", "ADDITIONAL_PROPERTIES_EXTENDED", "UNEVALUATED_PROPERTIES_ADDED",
        "UNEVALUATED_PROPERTIES_EXTENDED", "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL",
        "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL",
        "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL", "PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
        "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", "MAX_ITEMS_INCREASED", "MAX_ITEMS_REMOVED",
        "MIN_ITEMS_DECREASED", "MIN_ITEMS_REMOVED", "MAX_CONTAINS_INCREASED", "MAX_CONTAINS_REMOVED",
        "MIN_CONTAINS_DECREASED", "MIN_CONTAINS_REMOVED", "UNIQUE_ITEMS_REMOVED", "ADDITIONAL_ITEMS_ADDED",
        "ADDITIONAL_ITEMS_EXTENDED", "UNEVALUATED_ITEMS_ADDED", "UNEVALUATED_ITEMS_EXTENDED",
        "ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL", "ITEM_ADDED_TO_CLOSED_CONTENT_MODEL",
        "ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL", "ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL",
        "ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", "ENUM_ARRAY_EXTENDED", "COMBINED_TYPE_EXTENDED",
        "PRODUCT_TYPE_NARROWED", "SUM_TYPE_EXTENDED", "NOT_TYPE_NARROWED");

    // What the policy of leniency accepts besides: that old data has nothing where the new schema names a property.
    private static readonly FrozenSet<string> Lenient = FrozenSet.Create(StringComparer.Ordinal,
        "ADDITIONAL_PROPERTIES_NARROWED", "ADDITIONAL_PROPERTIES_REMOVED", "UNEVALUATED_PROPERTIES_NARROWED",
        "UNEVALUATED_PROPERTIES_REMOVED", "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
        "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL", "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL");

    public string ErrorType => Type;

    public string Fix => Type switch
    {
        "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"
            or "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL" =>
            "Set additionalProperties to false in the old schema first, or set the subject's compatibilityPolicy "
            + "to LENIENT.",
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL" =>
            "Keep the property, or let the new schema have additionalProperties: true.",
        "REQUIRED_ATTRIBUTE_ADDED" or "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL"
            or "REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL" => "Make the property optional or give it a default.",
        _ when Type.EndsWith("_REMOVED", StringComparison.Ordinal)
            || Type.EndsWith("_NARROWED", StringComparison.Ordinal) => "Keep what was allowed before.",
        _ when Type.EndsWith("_ADDED", StringComparison.Ordinal) => "Leave the new constraint out.",
        _ => "Keep it as it was, or allow both forms with anyOf.",
    };

    public bool IsCompatible(CompatibilityPolicy policy) => Compatible.Contains(Type)
        || (policy == CompatibilityPolicy.LENIENT && Lenient.Contains(Type));

    public string Explain(string reader, string writer) => $"{Sentence(reader, writer)}{Why(reader, writer)}";

    public string Describe(string reader, string writer) =>
        $"{{errorType:\"{Type}\", description:\"{Explain(reader, writer)}\"}}";

    private string Sentence(string reader, string writer) => Type switch
    {
        "TYPE_CHANGED" or "TYPE_NARROWED" =>
            $"A type at path '{Pointer}' is different between the {reader} schema and the {writer} schema",
        _ when Type.Contains("PROPERTY_ADDED", StringComparison.Ordinal)
            || Type.Contains("DEFAULT_ADDED_TO", StringComparison.Ordinal) =>
            $"The {reader} schema has a property at path '{Pointer}' that the {writer} schema does not name",
        _ when Type.StartsWith("PROPERTY_REMOVED", StringComparison.Ordinal) =>
            $"The {reader} schema lacks the property at path '{Pointer}' of the {writer} schema",
        _ when Type.StartsWith("COMBINED_", StringComparison.Ordinal)
            || Type.StartsWith("SUM_", StringComparison.Ordinal)
            || Type.StartsWith("PRODUCT_", StringComparison.Ordinal) =>
            $"The alternatives at path '{Pointer}' of the {reader} schema do not cover those of the {writer} schema",
        _ => $"What the {reader} schema says at path '{Pointer}' is stricter than what the {writer} schema says",
    };

    // The most asked question about these rules, so the answer comes with the message.
    private string Why(string reader, string writer) => Type switch
    {
        "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL" => $"; the {writer} schema allows any value there, because "
            + $"additionalProperties is not false, and the {reader} schema does not",
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL" =>
            $"; the {reader} schema forbids it, because additionalProperties is false",
        _ => "",
    };
}
