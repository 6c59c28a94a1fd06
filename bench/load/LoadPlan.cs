namespace Platform.Bench.Load;

/// <summary>What one measurement does, and against whom; the same for the bare servers and the broker.</summary>
internal sealed record LoadPlan
{
    public required string Mode { get; init; }
    public required string Server { get; init; }

    /// <summary>Process whose processor time and memory are measured; 0 for none.</summary>
    public int Pid { get; init; }

    public string Topic { get; init; } = "bench";
    public int Partitions { get; init; } = 4;

    /// <summary>The first partition to use: what is read again and again must not lie among what is written.</summary>
    public int FirstPartition { get; init; }

    public int Connections { get; init; } = 4;
    public int BatchBytes { get; init; } = 128 * 1024;
    public int RecordBytes { get; init; } = 100;
    public short Acks { get; init; } = 1;
    public int InFlight { get; init; } = 5;
    public int MaxBytes { get; init; } = 1024 * 1024;
    public double Seconds { get; init; } = 5;
    public double WarmupSeconds { get; init; } = 1;
    public int PreloadMegabytes { get; init; } = 256;

    public static LoadPlan From(string mode, Arguments options) => new()
    {
        Mode = mode,
        Server = options.Text("server", "127.0.0.1:9092"),
        Pid = options.Number("pid", 0),
        Topic = options.Text("topic", "bench"),
        Partitions = options.Number("partitions", 4),
        FirstPartition = options.Number("first-partition", 0),
        Connections = options.Number("connections", mode is "fetch" or "small" or "rest" ? 16 : mode == "idle" ? 5000 : 4),
        BatchBytes = options.Number("batch-bytes", 128 * 1024),
        RecordBytes = options.Number("record-bytes", 100),
        Acks = (short)options.Number("acks", 1),
        InFlight = options.Number("in-flight", mode == "produce" ? 5 : 1),
        MaxBytes = options.Number("max-bytes", 1024 * 1024),
        Seconds = options.Number("seconds", 5),
        WarmupSeconds = options.Number("warmup", 1),
        PreloadMegabytes = options.Number("preload-mb", 256),
    };

    /// <summary>The partition of a connection.</summary>
    public int PartitionOf(int connection) => FirstPartition + (connection % Partitions);

    public async Task<LoadResult> RunAsync()
    {
        switch (Mode)
        {
            case "produce":
                await Topics.EnsureAsync(this);
                return await new LoadRun(this, _ => new ProduceConnection(this, _)).RunAsync();
            case "fetch":
                await Topics.EnsureAsync(this);
                await PreloadAsync();
                return await new LoadRun(this, _ => new FetchConnection(this, _)).RunAsync();
            case "small":
                return await new LoadRun(this, _ => new SmallConnection()).RunAsync();
            case "idle":
                return await new IdleRun(this).RunAsync();
            case "rest":
                return await new RestRun(this).RunAsync();
            default:
                throw new ArgumentException($"'{Mode}' is no load; expected produce, fetch, small, idle, rest, start or compare");
        }
    }

    // Each partition gets its share once; a later run finds it there.
    private async Task PreloadAsync()
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var share = PreloadMegabytes * 1_000_000L / Partitions;
            await new Preload(this, FirstPartition + partition).FillAsync(share);
        }
    }
}
