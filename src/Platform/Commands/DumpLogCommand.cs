using System.CommandLine;
using Platform.Broker.Inspection;
using Platform.Storage;

namespace Platform.Commands;

/// <summary>`platform dump-log`: shows what the files of a log hold, as kafka-dump-log does. Needs no running node.</summary>
internal static class DumpLogCommand
{
    private static readonly Argument<string[]> Files = new("files")
    {
        Description = "Files of a partition or log directory, or whole directories; several may be joined by commas.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> FilesOption = new("--files")
    {
        Description = "The same as the arguments, as kafka-dump-log has it.",
    };
    private static readonly Option<bool> Deep = new("--deep", "--deep-iteration") { Description = "Show records, not only their batches." };
    private static readonly Option<bool> Data = new("--print-data-log")
    {
        Description = "Show keys and values of records, those of internal topics decoded.",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "A line of JSON for each thing found." };
    private static readonly Option<int> MaxBytes = new("--max-bytes")
    {
        Description = "Bytes of each log file to look at.", DefaultValueFactory = _ => int.MaxValue,
    };
    private static readonly Option<RecordDecoder?> Decoder = new("--decoder")
    {
        Description = "How keys and values are decoded; by default the name of the directory tells.",
    };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("dump-log", "Show segments, indexes, snapshots and checkpoints on disk.")
        {
            Files, FilesOption, Deep, Data, Json, MaxBytes, Decoder,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] paths = [.. (parsed.GetValue(Files) ?? []).Concat(parsed.GetValue(FilesOption) ?? [])
            .SelectMany(static path => path.Split(',', StringSplitOptions.RemoveEmptyEntries))];
        if (paths.Length == 0)
        {
            Console.Error.WriteLine("error: name at least one file, such as data/topic-0/00000000000000000000.log");
            return ExitCodes.WrongUse;
        }
        var dump = new LogDump(new PosixFileSystem(), new LogDumpOptions
        {
            WithRecords = parsed.GetValue(Deep),
            WithData = parsed.GetValue(Data),
            Decoder = parsed.GetValue(Decoder),
            MaxBytes = parsed.GetValue(MaxBytes),
        });
        try
        {
            return Print(paths.SelectMany(dump.Read), parsed.GetValue(Json));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return ExitCodes.WrongUse;
        }
    }

    // Scripts see by the exit code that something is damaged.
    private static int Print(IEnumerable<DumpLine> lines, bool json)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024);
        var isDamaged = false;
        foreach (var line in lines)
        {
            output.WriteLine(json ? line.ToJson() : line.ToText());
            isDamaged |= line.IsProblem;
        }
        return isDamaged ? ExitCodes.Failed : ExitCodes.Clean;
    }
}
