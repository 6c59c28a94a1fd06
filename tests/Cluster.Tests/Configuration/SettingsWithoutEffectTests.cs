using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Platform.Cluster.Configuration;

namespace Platform.Cluster.Tests.Configuration;

/// <summary>A setting that nothing reads must not pretend: it is marked, and setting it is answered with a
/// warning.</summary>
public sealed partial class SettingsWithoutEffectTests
{
    [Fact]
    public void A_setting_that_is_read_is_not_marked_as_being_without_effect()
    {
        var read = NamesReadInSource();

        var marked = Fields().Where(field => field.Key.NoEffect is not null
            && read.Contains(field.Name)).Select(field => field.Name);

        Assert.Empty(marked);
    }

    [Fact]
    public void A_setting_that_nothing_reads_is_marked_as_being_without_effect()
    {
        var read = NamesReadInSource();
        // Whoever reads a setting reads its synonyms, too.
        var synonyms = BrokerConfigs.All.Concat(TopicConfigs.All)
            .SelectMany(key => key.Synonyms).Select(synonym => synonym.Key).ToHashSet();

        var unread = Fields().Where(field => field.Key.NoEffect is null && !read.Contains(field.Name)
            && !synonyms.Contains(field.Key)).Select(field => field.Name);

        Assert.Empty(unread);
    }

    private static IEnumerable<(string Name, ConfigKey Key)> Fields() =>
        from field in typeof(BrokerConfigs).GetFields(BindingFlags.Public | BindingFlags.Static)
        where field.FieldType.IsSubclassOf(typeof(ConfigKey))
        select (field.Name, (ConfigKey)field.GetValue(null)!);

    private static HashSet<string> NamesReadInSource([CallerFilePath] string file = "")
    {
        var root = new DirectoryInfo(Path.GetDirectoryName(file)!);
        while (!File.Exists(Path.Combine(root.FullName, "Platform.sln")))
            root = root.Parent!;
        return Directory.EnumerateFiles(Path.Combine(root.FullName, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => Reading().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\bBrokerConfigs\.(\w+)")]
    private static partial Regex Reading();
}
