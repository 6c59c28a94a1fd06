using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Platform.Commands;

/// <summary>Prints results: a table for people, or one JSON document for scripts.</summary>
internal sealed class Output(bool json)
{
    private const int PipeWidth = 1_000;

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>True when scripts read the output.</summary>
    public bool IsJson => json;

    /// <summary>Prints rows, with the names of their properties as titles.</summary>
    public void Rows<T>(IReadOnlyCollection<T> rows, params (string Title, Func<T, object?> Cell)[] columns)
    {
        if (json)
            Json(rows);
        else if (rows.Count == 0)
            Console.WriteLine("none");
        else
            ConsoleOfTables().Write(TableOf(rows, columns));
    }

    /// <summary>Prints a sentence for people, or an object for scripts.</summary>
    public void Done(string sentence, object result)
    {
        if (json)
            Json(result);
        else
            Console.WriteLine(sentence);
    }

    /// <summary>Prints one line of JSON.</summary>
    public static void Json(object value) => Console.WriteLine(JsonSerializer.Serialize(value, JsonOptions));

    // In a pipe or a file nothing is cut or broken for want of width, and there are no colours.
    private static IAnsiConsole ConsoleOfTables()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        console.Profile.Width = PipeWidth;
        return console;
    }

    private static Table TableOf<T>(IEnumerable<T> rows, (string Title, Func<T, object?> Cell)[] columns)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var (title, _) in columns)
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(title)}[/]") { NoWrap = true, Padding = new Padding(0, 0, 3, 0) });
        foreach (var row in rows)
            table.AddRow(columns.Select(column => new Text(Cell(column.Cell(row)))).ToArray<Spectre.Console.Rendering.IRenderable>());
        return table;
    }

    private static string Cell(object? value) => value switch
    {
        null => "-",
        IEnumerable<int> numbers => string.Join(',', numbers),
        IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "-",
    };
}
