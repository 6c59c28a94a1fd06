using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>A .proto file with the types that it defines and imports, by full name without a leading dot.</summary>
internal sealed class ProtoSchema(ProtoFile file, IReadOnlyDictionary<string, ProtoType> types) : ISchemaModel
{
    public string SchemaType => SchemaTypes.Protobuf;

    public ProtoFile File { get; } = file;

    public IReadOnlyDictionary<string, ProtoType> Types { get; } = types;

    /// <summary>The first message of the file, which is what a producer writes that names no other.</summary>
    public ProtoType? FirstMessage => File.Messages.Count == 0 ? null
        : Types.GetValueOrDefault(ProtoNames.Join(File.Package, File.Messages[0].Name));

    public IReadOnlyList<IIncompatibility> ProblemsReading(ISchemaModel writer, CompatibilityPolicy policy) =>
        [.. ProtobufCompatibility.Compare((ProtoSchema)writer, this).Where(one => !one.IsCompatible)];

    /// <summary>The type that a name means inside <paramref name="scope"/>, or null when there is none.</summary>
    public ProtoType? Resolve(string name, string scope) => ProtoNames.Resolve(Types, name, scope);
}

/// <summary>A message or an enum under its full name.</summary>
/// <param name="FullName">With the package, without a leading dot.</param>
/// <param name="Package">Of the file that defines it.</param>
/// <param name="Message">Null for an enum.</param>
/// <param name="Enum">Null for a message.</param>
/// <param name="File">The file that defines it.</param>
internal sealed record ProtoType(
    string FullName, string Package, ProtoMessage? Message, ProtoEnum? Enum, ProtoFile File)
{
    /// <summary>The name as messages of incompatibility show it.</summary>
    public string LocalName => Package.Length == 0 ? FullName : FullName[(Package.Length + 1)..];
}

internal static class ProtoNames
{
    public static string Join(string scope, string name) => scope.Length == 0 ? name : $"{scope}.{name}";

    /// <summary>Looks in the innermost scope first and then further out, as the language says.</summary>
    public static ProtoType? Resolve(IReadOnlyDictionary<string, ProtoType> types, string name, string scope)
    {
        if (name.StartsWith('.'))
            return types.GetValueOrDefault(name[1..]);
        while (true)
        {
            if (types.TryGetValue(Join(scope, name), out var found))
                return found;
            if (scope.Length == 0)
                return null;
            scope = scope.Contains('.', StringComparison.Ordinal)
                ? scope[..scope.LastIndexOf('.')] : "";
        }
    }
}
