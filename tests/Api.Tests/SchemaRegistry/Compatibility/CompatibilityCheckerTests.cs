using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.Tests.SchemaRegistry.Compatibility;

public sealed class CompatibilityCheckerTests
{
    private const string Empty = """{"type":"record","name":"R","fields":[]}""";
    private const string Required = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""";
    private const string Optional = """{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":0}]}""";

    private static ISchemaModel Parse(string text) => new AvroLanguage().Read(text, [], default).Model;

    private static bool IsCompatible(string level, string next, params string[] oldestFirst) =>
        CompatibilityChecker.Check(
        Parse(next),
        oldestFirst.Select((text, i) => new EarlierSchema(i + 1, text, Parse(text))).Reverse(),
        new CompatibilityRules(CompatibilityLevels.Parse(level)!.Value)).IsCompatible;

    [Theory]
    [InlineData("NONE", true, true)]
    [InlineData("BACKWARD", false, true)]
    [InlineData("FORWARD", true, false)]
    [InlineData("FULL", false, false)]
    public void A_level_decides_whether_a_required_field_may_be_added_or_removed(string level, bool added, bool removed)
    {
        Assert.Equal(added, IsCompatible(level, Required, Empty));
        Assert.Equal(removed, IsCompatible(level, Empty, Required));
        Assert.True(IsCompatible(level, Optional, Empty));
        Assert.True(IsCompatible(level, Empty, Optional));
    }

    [Theory]
    [InlineData("BACKWARD", true)]
    [InlineData("BACKWARD_TRANSITIVE", false)]
    public void Only_a_transitive_level_looks_beyond_the_latest_version(string level, bool compatible) =>
        Assert.Equal(compatible, IsCompatible(level, Required, Empty, Optional));

    [Theory]
    [InlineData("FORWARD", true)]
    [InlineData("FORWARD_TRANSITIVE", false)]
    [InlineData("FULL_TRANSITIVE", false)]
    public void Transitive_forward_checks_that_the_first_version_reads_the_new_data(string level, bool compatible) =>
        Assert.Equal(compatible, IsCompatible(level, Empty, Required, Optional));

    [Fact]
    public void The_messages_name_the_problem_the_version_and_the_level()
    {
        var messages = CompatibilityChecker.Check(
            Parse(Required), [new EarlierSchema(3, Empty, Parse(Empty))], new CompatibilityRules(CompatibilityLevel.BACKWARD)).Messages;

        Assert.Equal(
            [
                "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'a' at path '/fields/0' "
                    + "in the new schema has no default value and is missing in the old schema', additionalInfo:'a'}",
                "{oldSchemaVersion: 3}",
                $"{{oldSchema: '{Empty}'}}",
                "{validateFields: 'false', compatibility: 'BACKWARD'}",
            ],
            messages);
    }

    [Theory]
    [InlineData("backward", CompatibilityLevel.BACKWARD)]
    [InlineData("FULL_TRANSITIVE", CompatibilityLevel.FULL_TRANSITIVE)]
    public void Levels_are_read_in_any_case(string text, object level) =>
        Assert.Equal(level, CompatibilityLevels.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("SIDEWARDS")]
    public void Other_texts_are_no_level(string? text) => Assert.Null(CompatibilityLevels.Parse(text));
}
