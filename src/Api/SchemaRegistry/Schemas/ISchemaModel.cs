using Platform.Api.SchemaRegistry.Compatibility;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>A schema of any type, read and resolved.</summary>
internal interface ISchemaModel
{
    /// <summary>One of <see cref="SchemaTypes"/>.</summary>
    string SchemaType { get; }

    /// <summary>
    /// Why data written with <paramref name="writer"/>, which is of the same type, cannot be read with this schema.
    /// </summary>
    IReadOnlyList<IIncompatibility> ProblemsReading(ISchemaModel writer, CompatibilityPolicy policy);
}
