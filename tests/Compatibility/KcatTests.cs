namespace Platform.Compatibility;

/// <summary>kcat, which is librdkafka, against `platform dev`.</summary>
public sealed class KcatTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private const int EndOfPartition = -1;
    private readonly PlatformProcess _platform = fixture.Platform;

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task Lines_come_back_in_order_with_every_codec(string codec)
    {
        var topic = "kcat-" + codec;
        var lines = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"line {i} of {codec}\n"));

        await Produce(topic, lines, "-X", $"compression.codec={codec}");

        Assert.Equal(lines, await Consume(topic));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("all")]
    public async Task Lines_come_back_with_every_kind_of_acks(string acks)
    {
        var topic = "kcat-acks-" + acks;
        await Produce(topic, "before\n");

        await Produce(topic, "one\ntwo\n", "-X", $"acks={acks}");

        Assert.Equal("before\none\ntwo\n", await Consume(topic, messages: 3));
    }

    [Fact]
    public async Task A_hundred_thousand_lines_of_an_idempotent_producer_come_back_in_order()
    {
        var lines = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i}\n"));

        await Produce("kcat-many", lines, "-X", "enable.idempotence=true");

        Assert.Equal(lines, await Consume("kcat-many"));
    }

    [Fact]
    public async Task Keys_headers_and_tombstones_survive()
    {
        await ClientScript.KcatAsync("k1:v1\nk2:\n", "-P", "-b", _platform.BootstrapServers, "-t", "kcat-keys",
            "-K", ":", "-Z", "-H", "trace=abc");

        var read = await ClientScript.KcatAsync(null, "-C", "-b", _platform.BootstrapServers, "-t", "kcat-keys", "-e", "-q",
            "-f", "%k=%s(%S) %h\n");

        Assert.Equal("k1=v1(2) trace=abc\nk2=(-1) trace=abc\n", read);
    }

    [Fact]
    public async Task Metadata_lists_the_broker_and_its_topics()
    {
        await Produce("kcat-listed", "x\n");

        var listing = await ClientScript.KcatAsync(null, "-L", "-b", _platform.BootstrapServers);

        Assert.Contains($"broker 1 at {_platform.BootstrapServers}", listing);
        Assert.Contains("topic \"kcat-listed\" with 1 partitions", listing);
    }

    [Fact]
    public async Task A_consumer_group_continues_where_it_committed()
    {
        await Produce("kcat-group", "a\nb\n");
        var first = await ConsumeInGroup("kcat-group", messages: 2);
        await Produce("kcat-group", "c\n");

        var second = await ConsumeInGroup("kcat-group", messages: 1);

        Assert.Equal(("a\nb\n", "c\n"), (first, second));
    }

    [Fact]
    public async Task Offsets_are_found_by_time()
    {
        await Produce("kcat-time", "a\nb\n");

        var found = await ClientScript.KcatAsync(null, "-Q", "-b", _platform.BootstrapServers, "-t", "kcat-time:0:1");

        Assert.Contains("kcat-time [0] offset 0", found);
    }

    private Task<string> Produce(string topic, string lines, params string[] options) =>
        ClientScript.KcatAsync(lines, ["-P", "-b", _platform.BootstrapServers, "-t", topic, .. options]);

    private Task<string> Consume(string topic, int messages = EndOfPartition) => ClientScript.KcatAsync(null,
        ["-C", "-b", _platform.BootstrapServers, "-t", topic, "-q", .. messages == EndOfPartition ? (string[])["-e"] : ["-c", $"{messages}"]]);

    private Task<string> ConsumeInGroup(string topic, int messages) => ClientScript.KcatAsync(null,
        "-G", topic + "-readers", topic, "-b", _platform.BootstrapServers, "-q", "-c", $"{messages}", "-X", "auto.offset.reset=earliest");
}
