namespace Platform.Bench.Http;

/// <summary>Rows of a Markdown table.</summary>
internal static class Table
{
    public static void Row(string what, string figure, string aim) => Console.WriteLine($"| {what} | {figure} | {aim} |");
}
