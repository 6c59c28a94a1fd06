using System.Runtime.CompilerServices;
using System.Text;
using Platform.Cluster.Configuration;

namespace Platform.Cluster.Tests.Configuration;

/// <summary>docs/configuration.md is made from the keys; run with REWRITE=1 to write it anew.</summary>
public sealed class ConfigurationDocsTests
{
    [Fact]
    public void The_page_says_what_the_keys_say()
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "configuration.md");
        var page = Page();

        if (Environment.GetEnvironmentVariable("REWRITE") == "1")
            File.WriteAllText(path, page);

        Assert.Equal(page, File.ReadAllText(path));
    }

    [Fact]
    public void Every_setting_has_a_text_and_a_default_that_it_allows()
    {
        Assert.All(BrokerConfigs.All.Concat(TopicConfigs.All), key =>
        {
            Assert.EndsWith(".", key.Doc);
            Assert.True(key.DefaultText is null or "" || key.Validate(key.DefaultText, out _), $"default of {key}");
        });
    }

    [Fact]
    public void A_setting_inherits_from_one_of_the_same_type()
    {
        Assert.All(TopicConfigs.All.Where(key => key.Synonyms.Count > 0),
            key => Assert.Equal(key.Type, key.Synonyms[0].Key.Type));
    }

    [Fact]
    public void No_setting_is_both_declared_and_listed_as_not_supported()
    {
        Assert.DoesNotContain(KnownKafkaKeys.All, name => BrokerConfigs.Find(name) is not null);
    }

    private static string Page()
    {
        var page = new StringBuilder("""
            # Configuration

            *Made from the keys in `src/Cluster/Configuration` by `ConfigurationDocsTests`; run it with `REWRITE=1`
            after a change.*

            Settings of a node come from its properties file, environment variables (`KAFKA_NUM_PARTITIONS` is
            `num.partitions`; `_` stands for a dot, `__` for an underscore, `___` for a dash) and
            `--override key=value`; later ones win.
            Settings of a topic come from the topic, then from the broker's setting that it inherits.
            *Changed* says whether a setting can be changed while brokers run: for all of them, for one at a time,
            or by a restart.


            """.ReplaceLineEndings("\n"));
        Section(page, "Settings of a topic", TopicConfigs.All);
        Section(page, "Settings of a node", BrokerConfigs.All);
        page.Append("## Settings of Kafka that have no effect here\n\n");
        page.Append("They are accepted with a warning, so that a configuration written for Kafka starts.\n\n");
        foreach (var name in KnownKafkaKeys.All)
            page.Append($"- `{name}`\n");
        return page.ToString();
    }

    private static void Section(StringBuilder page, string title, IEnumerable<ConfigKey> keys)
    {
        page.Append($"## {title}\n\n| Setting | Default | Allowed | Changed | What it does |\n|--|--|--|--|--|\n");
        foreach (var key in keys.OrderBy(key => key.Name, StringComparer.Ordinal))
            page.Append($"| `{key.Name}` | {Default(key)} | {key.Allowed} | {Changed(key)} | {Text(key)} |\n");
        page.Append('\n');
    }

    private static string Default(ConfigKey key) => key.DefaultText switch
    {
        null => "",
        "" => "empty",
        var text => $"`{text}`",
    };

    private static string Changed(ConfigKey key) => key.UpdateMode switch
    {
        ConfigUpdateMode.ClusterWide => key.Scope == ConfigScope.Topic ? "any time" : "for all",
        ConfigUpdateMode.PerBroker => "one at a time",
        _ => "restart",
    };

    private static string Text(ConfigKey key)
    {
        var text = key.Doc;
        if (key.Synonyms is [var first, ..])
            text += $" Inherits `{first.Key.Name}`.";
        return key.NoEffect is null ? text : $"{text} No effect here: {key.NoEffect}.";
    }

    private static string RepositoryRoot([CallerFilePath] string file = "")
    {
        var directory = new DirectoryInfo(Path.GetDirectoryName(file)!);
        while (!File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
            directory = directory.Parent!;
        return directory.FullName;
    }
}
