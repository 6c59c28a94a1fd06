using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry;
using Platform.Api.SchemaRegistry.Associations;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;
using Platform.Api.Tests.SchemaRegistry.Storage;

namespace Platform.Api.Tests.SchemaRegistry;

public sealed class SchemaRegistryTests : IDisposable
{
    private readonly SchemaStore _store = new();
    private readonly MemorySchemaLog _log;
    private readonly RegistryWriter _writer;

    public SchemaRegistryTests()
    {
        _log = new MemorySchemaLog(Replay(_store));
        _writer = new RegistryWriter(new Api.SchemaRegistry.SchemaRegistry(_store, new SchemaParser(_store)), _log,
            new ApiOptions { BootstrapServers = "" });
    }

    public void Dispose() => _writer.Dispose();

    private static SchemaStoreReplay Replay(SchemaStore store) =>
        new(store, new AssociationStore(), new SchemaChangeFeed(), NullLogger<SchemaStoreReplay>.Instance);

    private Task<StoredSchema> RegisterAsync(string subject, string schema, params SchemaReference[] references) =>
        RegisterAsync(subject, new RegisterSchemaRequest(schema, References: references));

    private Task<StoredSchema> RegisterAsync(
        string subject, RegisterSchemaRequest request, RegisterOptions how = default) =>
        _writer.RegisterAsync(subject, request, how, CancellationToken.None);

    private Task SetLevelAsync(string key, CompatibilityLevel level) => _writer.SetConfigAsync(
        key, _ => new RegistryConfig { CompatibilityLevel = level.ToString() }, CancellationToken.None);

    private Task SetModeAsync(string key, RegistryMode mode) =>
        _writer.SetModeAsync(key, mode, force: false, CancellationToken.None);

    private SchemaStore AfterRestart()
    {
        var store = new SchemaStore();
        _log.ReplayCompacted(Replay(store));
        return store;
    }

    private static string Fixed(int size) => $$"""{"type":"fixed","name":"F","size":{{size}}}""";

    [Fact]
    public async Task The_same_schema_has_the_same_id_in_every_subject_and_its_own_version_in_each()
    {
        await SetLevelAsync(SchemaStore.Global, CompatibilityLevel.NONE);

        var first = await RegisterAsync("a", Fixed(1));
        var second = await RegisterAsync("a", Fixed(2));
        var elsewhere = await RegisterAsync("b", """{ "size": 2, "name": "F", "type": "fixed" }""");

        Assert.Equal((1, 1), (first.Id, first.Version));
        Assert.Equal((2, 2), (second.Id, second.Version));
        Assert.Equal((2, 1), (elsewhere.Id, elsewhere.Version));
    }

    [Fact]
    public async Task Many_who_register_the_same_schema_at_once_get_one_id()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => RegisterAsync("a", Fixed(1)))));

        Assert.Equal([1], all.Select(schema => schema.Id).Distinct());
        Assert.Single(_store.Versions("a", Visibility.LiveAndDeleted));
    }

    [Fact]
    public async Task An_incompatible_schema_is_refused_with_the_reasons()
    {
        await RegisterAsync("a", Fixed(1));

        var problem = await Assert.ThrowsAsync<ProblemException>(() => RegisterAsync("a", Fixed(2)));

        Assert.Equal(409, problem.ErrorCode);
        Assert.Contains("FIXED_SIZE_MISMATCH", problem.Message, StringComparison.Ordinal);
        Assert.Contains("{oldSchemaVersion: 1}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_schema_is_answered_even_in_a_read_only_subject()
    {
        await RegisterAsync("a", Fixed(1));
        await SetModeAsync("a", RegistryMode.READONLY);

        var again = await RegisterAsync("a", Fixed(1));
        var problem = await Assert.ThrowsAsync<ProblemException>(() => RegisterAsync("a", "string"));

        Assert.Equal(1, again.Id);
        Assert.Equal(42205, problem.ErrorCode);
    }

    [Fact]
    public async Task Deletion_is_soft_first_and_permanent_second()
    {
        await RegisterAsync("a", Fixed(1));

        Assert.Equal(40405, await CodeOf(() => _writer.DeleteSubjectAsync("a", permanent: true, default)));
        Assert.Equal([1], await _writer.DeleteSubjectAsync("a", permanent: false, default));
        Assert.Equal(40404, await CodeOf(() => _writer.DeleteSubjectAsync("a", permanent: false, default)));
        Assert.Empty(_store.Subjects(Visibility.Live, _ => true));
        Assert.NotNull(_store.FindById(1));
        Assert.Equal([1], await _writer.DeleteSubjectAsync("a", permanent: true, default));
        Assert.Null(_store.FindById(1));
        Assert.Equal(40401, await CodeOf(() => _writer.DeleteSubjectAsync("a", permanent: true, default)));
    }

    [Fact]
    public async Task A_schema_that_returns_after_soft_deletion_keeps_its_id_and_gets_the_next_version()
    {
        await RegisterAsync("a", Fixed(1));
        await _writer.DeleteSubjectAsync("a", permanent: false, default);

        var again = await RegisterAsync("a", Fixed(1));

        Assert.Equal((1, 2), (again.Id, again.Version));
        Assert.Equal([2], _store.Versions("a", Visibility.LiveAndDeleted).Select(schema => schema.Version));
    }

    [Fact]
    public async Task An_id_is_never_given_again_not_even_after_compaction_and_a_restart()
    {
        await RegisterAsync("a", Fixed(1));
        var last = await RegisterAsync("b", Fixed(2));
        await _writer.DeleteSubjectAsync("b", permanent: false, default);
        await _writer.DeleteSubjectAsync("b", permanent: true, default);

        var restarted = AfterRestart();

        Assert.Null(restarted.FindById(last.Id));
        Assert.Equal(last.Id, restarted.MaxId(""));
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        var stored = await RegisterAsync("a", Fixed(1));
        await RegisterAsync("gone", Fixed(3));
        await SetLevelAsync("a", CompatibilityLevel.FULL);
        await SetModeAsync(SchemaStore.Global, RegistryMode.READONLY);
        await SetModeAsync("gone", RegistryMode.READWRITE);
        await _writer.DeleteSubjectAsync("gone", permanent: false, default);

        var restarted = AfterRestart();

        Assert.Equivalent(stored, restarted.Find("a", 1));
        Assert.Equal("FULL", restarted.ConfigOf("a")?.CompatibilityLevel);
        Assert.Equal(RegistryMode.READONLY, restarted.ModeOf(SchemaStore.Global));
        Assert.Null(restarted.ModeOf("gone"));
        Assert.Equal(["gone"], restarted.Subjects(Visibility.DeletedOnly, _ => true));
    }

    [Fact]
    public async Task A_type_of_a_reference_may_be_used_and_may_not_be_deleted()
    {
        await RegisterAsync("money", """{"type":"record","name":"x.Money","fields":[]}""");
        var order = await RegisterAsync("order",
            """{"type":"record","name":"Order","fields":[{"name":"price","type":"x.Money"}]}""",
            new SchemaReference("x.Money", "money", 1));

        Assert.DoesNotContain("\"record\",\"name\":\"Money\"", order.Text, StringComparison.Ordinal);
        Assert.Equal([order.Id], _store.ReferencedBy("money", 1, Visibility.Live).Select(schema => schema.Id));
        Assert.Equal(42206, await CodeOf(() => _writer.DeleteSubjectAsync("money", permanent: false, default)));
    }

    [Fact]
    public async Task A_reference_to_nothing_is_an_invalid_schema() => Assert.Equal(42201,
        await CodeOf(() => RegisterAsync("a", "\"x.Money\"", new SchemaReference("x.Money", "money", 1))));

    [Theory]
    [InlineData("__GLOBAL")]
    [InlineData("a\u0001")]
    public async Task Reserved_names_and_control_characters_are_no_subjects(string subject) =>
        Assert.Equal(42208, await CodeOf(() => RegisterAsync(subject, "string")));

    [Fact]
    public async Task The_records_have_the_layout_of_other_registries()
    {
        await RegisterAsync("a", "string");
        await SetLevelAsync(SchemaStore.Global, CompatibilityLevel.FULL);
        await _writer.DeleteSubjectAsync("a", permanent: false, default);

        Assert.Equal(
            [
                """{"keytype":"SCHEMA","subject":"a","version":1,"magic":1}""",
                """{"keytype":"CONFIG","magic":0}""",
                """{"keytype":"DELETE_SUBJECT","subject":"a","magic":0}""",
            ],
            _log.Records.Select(record => Encoding.UTF8.GetString(record.Key)));
        Assert.Equal(
            """{"subject":"a","version":1,"id":1,"md5":"CV1xzxJVa51eMwrVdbPfXQ==","""
            + """ "schema":"\"string\"","deleted":false}""".TrimStart(),
            Encoding.UTF8.GetString(_log.Records[0].Value!));
    }

    [Fact]
    public void A_record_that_cannot_be_read_is_passed_over()
    {
        var replay = Replay(_store);

        replay.Apply("not json"u8, default, hasValue: false, offset: 0, timestampMs: 0);
        replay.Apply("""{"keytype":"SCHEMA","subject":"a","version":1,"magic":1}"""u8, "7"u8, hasValue: true,
            offset: 1, timestampMs: 0);
        replay.Apply("""{"keytype":"SOMETHING_NEW","magic":9}"""u8, "{}"u8, hasValue: true, offset: 2,
            timestampMs: 0);

        Assert.Empty(_store.Subjects(Visibility.LiveAndDeleted, _ => true));
    }

    [Fact]
    public async Task Each_context_counts_its_ids_from_one_and_finds_its_own_schemas()
    {
        await RegisterAsync("a", Fixed(1));
        await RegisterAsync("b", Fixed(2));

        var elsewhere = await RegisterAsync(":.x:b", Fixed(2));
        var restarted = AfterRestart();

        Assert.Equal((1, 1), (elsewhere.Id, elsewhere.Version));
        Assert.Equal([".", ".x"], restarted.Contexts());
        Assert.Equal([(".x", 1), ("", 2)], restarted.IdsOf(elsewhere.Guid).OrderByDescending(one => one.Context));
        Assert.Equal(":.x:b", Assert.Single(restarted.VersionsOf(".x", 1, Visibility.Live)).Subject);
    }

    [Fact]
    public async Task Import_mode_keeps_ids_and_versions_and_wants_an_empty_registry()
    {
        await RegisterAsync("a", Fixed(1));
        Assert.Equal(42205, await CodeOf(() => SetModeAsync(SchemaStore.Global, RegistryMode.IMPORT)));
        await SetModeAsync("b", RegistryMode.IMPORT);

        var imported = await RegisterAsync("b", new RegisterSchemaRequest(Fixed(2), Version: 7, Id: 900));
        var clash = await CodeOf(() => RegisterAsync("b", new RegisterSchemaRequest(Fixed(3), Version: 8, Id: 900)));
        var withoutId = await CodeOf(() => RegisterAsync("b", Fixed(3)));
        await SetModeAsync("b", RegistryMode.READWRITE);
        var next = await RegisterAsync("c", Fixed(4));

        Assert.Equal((900, 7), (imported.Id, imported.Version));
        Assert.Equal((42205, 42205), (clash, withoutId));
        Assert.Equal(901, next.Id);
        Assert.Equal(42205, await CodeOf(() => RegisterAsync("c", new RegisterSchemaRequest(Fixed(5), Id: 5))));
    }

    [Fact]
    public async Task Metadata_and_rules_come_from_defaults_the_request_and_what_is_forced()
    {
        await _writer.SetConfigAsync("a", _ => new RegistryConfig
        {
            DefaultMetadata = Properties(("owner", "nobody"), ("team", "x")),
            OverrideMetadata = Properties(("team", "y")),
        }, default);

        var first = await RegisterAsync("a", new RegisterSchemaRequest(
            Fixed(1), Metadata: Properties(("owner", "me")),
            RuleSet: new RuleSet(DomainRules: [new Rule("r", Kind: "CONDITION", Type: "CEL", Expr: "true")])));
        var again = await RegisterAsync("a", Fixed(1));
        var restarted = AfterRestart().Find("a", 1);

        Assert.Equal("me,y", string.Join(',', first.Metadata!.Properties!.Values));
        Assert.Equal(first.Version, again.Version);
        Assert.Equal("true", restarted!.Rules!.DomainRules![0].Expr);
        Assert.Equal(first.Guid, restarted.Guid);
        Assert.Equal(42210, await CodeOf(() => RegisterAsync("a", new RegisterSchemaRequest(
            Fixed(2), RuleSet: new RuleSet(DomainRules: [new Rule("r", Kind: "WISH", Type: "CEL")])))));
    }

    [Fact]
    public async Task Versions_of_another_compatibility_group_are_not_compared()
    {
        await _writer.SetConfigAsync("a", _ => new RegistryConfig { CompatibilityGroup = "major" }, default);
        await RegisterAsync("a", new RegisterSchemaRequest(Fixed(1), Metadata: Properties(("major", "1"))));

        var other = await RegisterAsync("a", new RegisterSchemaRequest(
            Fixed(2), Metadata: Properties(("major", "2"))));

        Assert.Equal(2, other.Version);
        Assert.Equal(409, await CodeOf(() => RegisterAsync("a", new RegisterSchemaRequest(
            Fixed(3), Metadata: Properties(("major", "2"))))));
    }

    [Fact]
    public async Task A_dry_run_answers_as_if_and_changes_nothing()
    {
        var would = await RegisterAsync("a", new RegisterSchemaRequest(Fixed(1)), new RegisterOptions(DryRun: true));

        Assert.Equal((1, 1), (would.Id, would.Version));
        Assert.Empty(_log.Records);
    }

    [Fact]
    public async Task The_version_that_must_be_the_latest_decides_between_two_writers()
    {
        await RegisterAsync("a", new RegisterSchemaRequest(Fixed(1)), new RegisterOptions(ExpectedLatest: 0));

        Assert.Equal(412, await CodeOf(() => RegisterAsync(
            "a", new RegisterSchemaRequest(Fixed(1)), new RegisterOptions(ExpectedLatest: 0))));
    }

    private static SchemaMetadata Properties(params (string Name, string Value)[] properties)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in properties)
            sorted[name] = value;
        return new SchemaMetadata(Properties: sorted);
    }

    private static async Task<int> CodeOf(Func<Task> call) =>
        (await Assert.ThrowsAsync<ProblemException>(call)).ErrorCode;
}
