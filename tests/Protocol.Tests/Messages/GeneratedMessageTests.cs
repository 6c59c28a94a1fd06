using Platform.Protocol.Generator;
using Platform.Protocol.Messages;

namespace Platform.Protocol.Tests.Messages;

/// <summary>
/// Every message in every version, with random values: the generated code must read what the interpreter wrote, hold
/// the same values, and write the same bytes. A failure names file, message, version and seed.
/// </summary>
public sealed class GeneratedMessageTests
{
    private const int SeedsPerVersion = 12;

    public static TheoryData<string> Files => SchemaFiles.Names;

    [Theory, MemberData(nameof(Files))]
    public void Bytes_are_read_and_written_again(string file)
    {
        foreach (var sample in SamplesOf(file, SeedsPerVersion))
        {
            var bytes = sample.Encode();
            var message = Read(sample, bytes);

            MessageComparer.AssertHolds(message, sample.Value, $"{sample}");
            AssertWrites(message, sample, bytes);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Unknown_tagged_fields_are_skipped(string file)
    {
        foreach (var sample in SamplesOf(file, seeds: 2).Where(s => s.Schema.Flexible.Contains(s.Version)))
        {
            var message = Read(sample, sample.Encode(unknownTags: true));

            AssertWrites(message, sample, sample.Encode());
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_new_message_is_written_and_read_in_every_version(string file)
    {
        foreach (var sample in SamplesOf(file, seeds: 1))
        {
            var bytes = Write(sample.NewMessage(), sample.Version);

            AssertWrites(Read(sample, bytes), sample, bytes);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_message_cut_off_anywhere_is_refused(string file)
    {
        foreach (var sample in SamplesOf(file, seeds: 2))
        {
            var bytes = sample.Encode();
            for (var length = 0; length < bytes.Length; length++)
                Assert.True(IsRefused(sample, bytes.AsMemory(0, length)), $"{sample}: {length} bytes were enough");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Damaged_messages_are_read_or_refused_and_nothing_else(string file)
    {
        foreach (var sample in SamplesOf(file, seeds: 2))
        {
            var random = new Random(sample.Seed);
            var original = sample.Encode();
            for (var round = 0; round < 60 && original.Length > 0; round++)
            {
                var bytes = original.ToArray();
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                    bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256);
                IsRefused(sample, bytes);
            }
        }
    }

    private static void AssertWrites(IMessage message, MessageSample sample, byte[] expected) =>
        Assert.True(Write(message, sample.Version).SequenceEqual(expected), $"{sample} is written differently");

    private static bool IsRefused(MessageSample sample, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            Read(sample, bytes);
            return false;
        }
        catch (ProtocolException wrong)
        {
            Assert.NotEmpty(wrong.Message);
            return true;
        }
        catch (Exception wrong)
        {
            throw new InvalidOperationException($"{sample}: {Convert.ToHexString(bytes.Span)}", wrong);
        }
    }

    private static IMessage Read(MessageSample sample, ReadOnlyMemory<byte> bytes)
    {
        var message = sample.NewMessage();
        var reader = new ProtocolReader(bytes);
        message.Read(ref reader, sample.Version);
        return message;
    }

    private static byte[] Write(IMessage message, short version)
    {
        using var writer = new ProtocolWriter();
        message.Write(writer, version);
        return writer.Written.ToArray();
    }

    private static IEnumerable<MessageSample> SamplesOf(string file, int seeds)
    {
        var schema = SchemaFiles.All[file];
        foreach (var message in schema.Messages)
        {
            for (var version = schema.Versions.Lowest; version <= schema.Versions.Highest; version++)
            {
                for (var seed = 1; seed <= seeds; seed++)
                    yield return new MessageSample(schema, message, (short)version, seed);
            }
        }
    }

    /// <summary>One message with values in one version.</summary>
    private sealed record MessageSample(SchemaModel Schema, MessageModel Model, short Version, int Seed)
    {
        public StructValue Value { get; } = new RandomMessages(Seed, Version).Next(Model.Root);

        public byte[] Encode(bool unknownTags = false) => SchemaInterpreter.Encode(Schema, Value, Version, unknownTags);

        public IMessage NewMessage() => (IMessage)Activator.CreateInstance(
            typeof(IMessage).Assembly.GetType($"Platform.Protocol.Messages.{Model.Name}", throwOnError: true)!)!;

        public override string ToString() => $"{Model.Name} version {Version} seed {Seed}";
    }
}
