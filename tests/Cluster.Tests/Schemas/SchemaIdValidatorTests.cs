using System.Text;
using Platform.Cluster.Schemas;
using Platform.Protocol.Records;

namespace Platform.Cluster.Tests.Schemas;

/// <summary>Goal: a topic with validation takes exactly the records whose schema id is one of their subject's. Method: the
/// registry's records as Confluent writes them, and batches of each codec.</summary>
public sealed class SchemaIdValidatorTests
{
    private const string Topic = "orders";
    private const string Md5 = "1B2M2Y8AsgTpgAmY7PhCfg==";
    private static readonly Guid SchemaGuid = new(Convert.FromBase64String(Md5), bigEndian: true);
    private static readonly SchemaRules Values = new(null, SubjectNameStrategy.TopicName);
    private readonly RegisteredSchemas _schemas = new();

    public SchemaIdValidatorTests() => Register("orders-value", 1, 7);

    [Theory]
    [InlineData(CompressionType.None), InlineData(CompressionType.Gzip), InlineData(CompressionType.Zstd)]
    public void Records_with_a_schema_of_their_subject_pass(CompressionType codec) =>
        Assert.Empty(Check(Values, codec, Framed(7), Framed(7), Framed(7)));

    [Fact]
    public void The_record_at_fault_is_named_with_its_schema_and_subject()
    {
        var violation = Assert.Single(Check(Values, CompressionType.None, Framed(7), Framed(8), Framed(7)));

        Assert.Equal(
            new SchemaViolation(1, "schema 8 of the value is not registered under subject orders-value"), violation);
    }

    [Fact]
    public void A_schema_of_another_subject_is_none_of_this_one()
    {
        Register("payments-value", 1, 8);

        Assert.Single(Check(Values, CompressionType.None, Framed(8)));
    }

    [Theory]
    [InlineData("plain text"), InlineData(""), InlineData("\0\0\0")]
    public void A_record_that_no_serializer_has_written_is_refused(string value) => Assert.StartsWith(
        "the value carries no schema id",
        Assert.Single(Check(Values, CompressionType.None, Encoding.UTF8.GetBytes(value))).Message);

    [Fact]
    public void A_tombstone_passes() => Assert.Empty(Check(Values, CompressionType.None, [null]));

    [Fact]
    public void Keys_are_looked_at_when_the_topic_asks_for_it()
    {
        var rules = new SchemaRules(SubjectNameStrategy.TopicName, null);
        var batch = Batch(CompressionType.None, builder => builder.Append(0, Framed(7), "anything"u8.ToArray()));

        Assert.Equal(
            "schema 7 of the key is not registered under subject orders-key",
            Assert.Single(SchemaIdValidator.Check(batch, Topic, rules, _schemas)).Message);
    }

    [Theory]
    [InlineData(SubjectNameStrategy.TopicName, 0)]
    [InlineData(SubjectNameStrategy.RecordName, 1)]
    [InlineData(SubjectNameStrategy.TopicRecordName, 2)]
    public void Each_strategy_has_its_subjects(SubjectNameStrategy strategy, int passes)
    {
        var names = new[] { "orders-value", "com.example.Order", "orders-com.example.Order" };
        for (var i = 0; i < names.Length; i++)
            Register(names[i], 2, 20 + i);
        var rules = new SchemaRules(null, strategy);

        Assert.Empty(Check(rules, CompressionType.None, Framed(20 + passes)));
        Assert.Equal(
            strategy == SubjectNameStrategy.RecordName, Check(rules, CompressionType.None, Framed(21)).Count == 0);
    }

    [Fact]
    public void A_guid_counts_in_a_header_and_in_front_of_the_data()
    {
        byte[] tag = [1, .. SchemaGuid.ToByteArray(bigEndian: true)];
        byte[] unknown = [1, .. new byte[16]];

        Assert.Empty(SchemaIdValidator.Check(WithHeader(tag), Topic, Values, _schemas));
        Assert.Empty(Check(Values, CompressionType.None, tag));
        Assert.Single(SchemaIdValidator.Check(WithHeader(unknown), Topic, Values, _schemas));
    }

    [Fact]
    public void A_deleted_schema_is_refused_until_it_is_registered_again()
    {
        Apply("""{"keytype":"DELETE_SUBJECT","subject":"orders-value","magic":0}""", """{"subject":"orders-value","version":1}""");
        Assert.Single(Check(Values, CompressionType.None, Framed(7)));

        Register("orders-value", 2, 7);
        Assert.Empty(Check(Values, CompressionType.None, Framed(7)));

        Apply("""{"keytype":"SCHEMA","subject":"orders-value","version":2,"magic":1}""", null);
        Assert.Single(Check(Values, CompressionType.None, Framed(7)));
    }

    [Fact]
    public void Ids_of_other_contexts_are_other_ids()
    {
        Register(":.other:orders-value", 1, 9);
        Register(":.:orders-value", 3, 10);

        Assert.Single(Check(Values, CompressionType.None, Framed(9)));
        Assert.Empty(Check(Values, CompressionType.None, Framed(10)));
    }

    [Fact]
    public void What_is_no_record_of_a_registry_changes_nothing()
    {
        Apply("no json", "{");
        Apply("""{"keytype":"NOOP","magic":0}""", """{"maxId":3}""");
        Apply("""{"keytype":"CONFIG","magic":0}""", """{"compatibilityLevel":"NONE"}""");

        Assert.Equal(1, _schemas.Count);
        Assert.Empty(Check(Values, CompressionType.None, Framed(7)));
    }

    [Fact]
    public void An_answer_names_no_more_than_it_can_hold() => Assert.Equal(SchemaIdValidator.ViolationsMax,
        Check(Values, CompressionType.Gzip, [.. Enumerable.Repeat<byte[]?>(Framed(8), 500)]).Count);

    [Fact]
    public void A_batch_that_cannot_be_read_is_refused() =>
        Assert.Single(SchemaIdValidator.Check(new byte[70], Topic, Values, _schemas));

    private IReadOnlyList<SchemaViolation> Check(SchemaRules rules, CompressionType codec, params byte[]?[] values) =>
        SchemaIdValidator.Check(
            Batch(codec, builder => Array.ForEach(values, value => builder.Append(0, null, value))), Topic, rules, _schemas);

    private static byte[] Batch(CompressionType codec, Action<RecordBatchBuilder> fill)
    {
        using var builder = new RecordBatchBuilder { Compression = codec };
        fill(builder);
        return builder.Build();
    }

    private static byte[] WithHeader(byte[] tag) => Batch(CompressionType.None,
        builder => builder.Append(0, null, "{}"u8.ToArray(), [new RecordHeader(SchemaTag.ValueHeader, tag)]));

    private static byte[] Framed(byte id) => Framed((int)id);

    private static byte[] Framed(int id) => [0, 0, 0, 0, (byte)id, .. "data"u8];

    private void Register(string subject, int version, int id) => Apply(
        $$"""{"keytype":"SCHEMA","subject":"{{subject}}","version":{{version}},"magic":1}""",
        $$"""{"subject":"{{subject}}","version":{{version}},"id":{{id}},"md5":"{{Md5}}","schema":"{\"id\":99}","deleted":false}""");

    private void Apply(string key, string? value) =>
        _schemas.Apply(Encoding.UTF8.GetBytes(key), value is null ? default : Encoding.UTF8.GetBytes(value));
}
