using System.Collections.Immutable;
using System.IO;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Platform.Protocol.Generator;

/// <summary>Turns every *.kafka file of the project into C#. The only class here that knows Roslyn.</summary>
[Generator]
public sealed class KafkaSchemaGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor BadSchema = new(
        "KAFKA001", "A schema file breaks the schema language", "{0}", "Schema", DiagnosticSeverity.Error, isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // The texts are compared by value, so that an edit of one file generates only that file again.
        var files = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".kafka", System.StringComparison.Ordinal))
            .Select(static (file, cancellation) => (file.Path, Text: file.GetText(cancellation)?.ToString() ?? ""));

        context.RegisterSourceOutput(files, static (output, file) =>
        {
            if (TryParse(output, file.Path, file.Text) is { } schema)
                output.AddSource(Path.GetFileNameWithoutExtension(file.Path) + ".g.cs", SourceText.From(CSharpEmitter.Emit(schema), Encoding.UTF8));
        });
        context.RegisterSourceOutput(files.Collect(), static (output, all) => EmitTables(output, all));
    }

    private static void EmitTables(SourceProductionContext output, ImmutableArray<(string Path, string Text)> files)
    {
        var schemas = ImmutableArray.CreateBuilder<SchemaModel>();
        foreach (var file in files)
            if (TryParse(null, file.Path, file.Text) is { } schema)
                schemas.Add(schema);
        if (schemas.Count > 0)
            output.AddSource("Tables.g.cs", SourceText.From(CSharpEmitter.EmitTables(schemas), Encoding.UTF8));
    }

    private static SchemaModel? TryParse(SourceProductionContext? output, string path, string text)
    {
        try
        {
            return SchemaParser.Parse(text);
        }
        catch (SchemaException error)
        {
            var at = new LinePosition(System.Math.Max(0, error.Line - 1), 0);
            output?.ReportDiagnostic(Diagnostic.Create(
                BadSchema, Location.Create(path, default, new LinePositionSpan(at, at)), error.Message));
            return null;
        }
    }
}
