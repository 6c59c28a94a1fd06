using System.Runtime.CompilerServices;
using System.Text;

namespace Platform.Cluster.Tests.Raft;

/// <summary>
/// Transcripts of the quorum at work, to read as documentation: <c>Scenarios/*.txt</c>. A block is a command, a line
/// <c>----</c>, and what happened; lines with # explain. <c>REWRITE=1</c> writes the files anew.
/// </summary>
public sealed class ScenarioTests
{
    private const string Rule = "----";

    public static TheoryData<string> Scenarios =>
        [.. Directory.GetFiles(Folder(), "*.txt").Select(file =>
            Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Scenarios))]
    public void The_quorum_does_what_the_transcript_says(string scenario)
    {
        var file = Path.Combine(Folder(), scenario + ".txt");
        var expected = File.ReadAllText(file);

        var actual = Play(expected);

        if (Environment.GetEnvironmentVariable("REWRITE") == "1")
            File.WriteAllText(file, actual);
        else
            Assert.Equal(expected, actual);
    }

    private static string Play(string script)
    {
        var cluster = new ScenarioCluster();
        var played = new StringBuilder();
        foreach (var block in script.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (played.Length > 0)
                played.Append('\n');
            foreach (var line in block.Split('\n').TakeWhile(line => line != Rule).Where(line => line.Length > 0))
            {
                played.Append(line).Append('\n');
                if (!line.StartsWith('#'))
                    played.Append(Rule).Append('\n').Append(cluster.Run(line));
            }
        }
        return played.ToString();
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Scenarios");
}
