using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.Tests.SchemaRegistry.Storage;

namespace Platform.Api.Tests.SchemaRegistry;

public sealed class SchemaRegistryTests : IDisposable
{
    private readonly SchemaStore _store = new();
    private readonly MemorySchemaLog _log;
    private readonly Api.SchemaRegistry.SchemaRegistry _registry;

    public SchemaRegistryTests()
    {
        _log = new MemorySchemaLog(Replay(_store));
        _registry = new Api.SchemaRegistry.SchemaRegistry(_store, _log, new SchemaParser(_store));
    }

    public void Dispose() => _registry.Dispose();

    private static SchemaStoreReplay Replay(SchemaStore store) => new(store, NullLogger<SchemaStoreReplay>.Instance);

    private Task<StoredSchema> RegisterAsync(string subject, string schema, params SchemaReference[] references) =>
        _registry.RegisterAsync(subject, _registry.Parser.ParseNew("AVRO", schema, references), CancellationToken.None);

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
        await _registry.SetLevelAsync(null, CompatibilityLevel.NONE, CancellationToken.None);

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
        await _registry.SetModeAsync("a", RegistryMode.READONLY, CancellationToken.None);

        var again = await RegisterAsync("a", Fixed(1));
        var problem = await Assert.ThrowsAsync<ProblemException>(() => RegisterAsync("a", "string"));

        Assert.Equal(1, again.Id);
        Assert.Equal(42205, problem.ErrorCode);
    }

    [Fact]
    public async Task Deletion_is_soft_first_and_permanent_second()
    {
        await RegisterAsync("a", Fixed(1));

        Assert.Equal(40405, await CodeOf(() => _registry.DeleteSubjectAsync("a", permanent: true, default)));
        Assert.Equal([1], await _registry.DeleteSubjectAsync("a", permanent: false, default));
        Assert.Equal(40404, await CodeOf(() => _registry.DeleteSubjectAsync("a", permanent: false, default)));
        Assert.Empty(_store.Subjects(Visibility.Live, ""));
        Assert.NotNull(_store.FindById(1));
        Assert.Equal([1], await _registry.DeleteSubjectAsync("a", permanent: true, default));
        Assert.Null(_store.FindById(1));
        Assert.Equal(40401, await CodeOf(() => _registry.DeleteSubjectAsync("a", permanent: true, default)));
    }

    [Fact]
    public async Task A_schema_that_returns_after_soft_deletion_keeps_its_id_and_gets_the_next_version()
    {
        await RegisterAsync("a", Fixed(1));
        await _registry.DeleteSubjectAsync("a", permanent: false, default);

        var again = await RegisterAsync("a", Fixed(1));

        Assert.Equal((1, 2), (again.Id, again.Version));
        Assert.Equal([2], _store.Versions("a", Visibility.LiveAndDeleted).Select(schema => schema.Version));
    }

    [Fact]
    public async Task An_id_is_never_given_again_not_even_after_compaction_and_a_restart()
    {
        await RegisterAsync("a", Fixed(1));
        var last = await RegisterAsync("b", Fixed(2));
        await _registry.DeleteSubjectAsync("b", permanent: false, default);
        await _registry.DeleteSubjectAsync("b", permanent: true, default);

        var restarted = AfterRestart();

        Assert.Null(restarted.FindById(last.Id));
        Assert.Equal(last.Id, restarted.MaxId);
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        var stored = await RegisterAsync("a", Fixed(1));
        await RegisterAsync("gone", Fixed(3));
        await _registry.SetLevelAsync("a", CompatibilityLevel.FULL, default);
        await _registry.SetModeAsync(null, RegistryMode.READONLY, default);
        await _registry.SetModeAsync("gone", RegistryMode.READWRITE, default);
        await _registry.DeleteSubjectAsync("gone", permanent: false, default);

        var restarted = AfterRestart();

        Assert.Equivalent(stored, restarted.Find("a", 1));
        Assert.Equal(CompatibilityLevel.FULL, restarted.LevelOf("a"));
        Assert.Equal(RegistryMode.READONLY, restarted.GlobalMode);
        Assert.Null(restarted.ModeOf("gone"));
        Assert.Equal(["gone"], restarted.Subjects(Visibility.DeletedOnly, ""));
    }

    [Fact]
    public async Task A_type_of_a_reference_may_be_used_and_may_not_be_deleted()
    {
        await RegisterAsync("money", """{"type":"record","name":"x.Money","fields":[]}""");
        var order = await RegisterAsync("order",
            """{"type":"record","name":"Order","fields":[{"name":"price","type":"x.Money"}]}""",
            new SchemaReference("x.Money", "money", 1));

        Assert.DoesNotContain("\"record\",\"name\":\"Money\"", order.Text, StringComparison.Ordinal);
        Assert.Equal([order.Id], _store.ReferencedBy("money", 1));
        Assert.Equal(42206, await CodeOf(() => _registry.DeleteSubjectAsync("money", permanent: false, default)));
    }

    [Fact]
    public async Task A_reference_to_nothing_is_an_invalid_schema() => Assert.Equal(42201,
        await CodeOf(() => RegisterAsync("a", "\"x.Money\"", new SchemaReference("x.Money", "money", 1))));

    [Theory]
    [InlineData("JSON", 42201)]
    [InlineData("PROTOBUF", 42201)]
    public async Task Types_that_are_not_supported_are_refused(string type, int code) => Assert.Equal(code,
        await CodeOf(() => Task.FromResult(_registry.Parser.ParseNew(type, "{}", null))));

    [Theory]
    [InlineData("__GLOBAL")]
    [InlineData("a\u0001")]
    public async Task Reserved_names_and_control_characters_are_no_subjects(string subject) =>
        Assert.Equal(42208, await CodeOf(() => RegisterAsync(subject, "string")));

    [Fact]
    public async Task The_records_have_the_layout_of_other_registries()
    {
        await RegisterAsync("a", "string");
        await _registry.SetLevelAsync(null, CompatibilityLevel.FULL, default);
        await _registry.DeleteSubjectAsync("a", permanent: false, default);

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

        replay.Apply("not json"u8, default, hasValue: false, timestampMs: 0);
        replay.Apply("""{"keytype":"SCHEMA","subject":"a","version":1,"magic":1}"""u8, "7"u8, hasValue: true,
            timestampMs: 0);
        replay.Apply("""{"keytype":"SOMETHING_NEW","magic":9}"""u8, "{}"u8, hasValue: true, timestampMs: 0);

        Assert.Empty(_store.Subjects(Visibility.LiveAndDeleted, ""));
    }

    private static async Task<int> CodeOf(Func<Task> call) =>
        (await Assert.ThrowsAsync<ProblemException>(call)).ErrorCode;
}
