namespace Platform.Bench.Load;

/// <summary>What a measurement found. Megabytes are 10^6 bytes of record batches.</summary>
internal sealed record LoadResult
{
    public string Mode { get; init; } = "";
    public double MegabytesPerSecond { get; init; }
    public double RequestsPerSecond { get; init; }
    public double P50Us { get; init; }
    public double P99Us { get; init; }
    public double MaxUs { get; init; }
    public double ServerCpuSecondsPerGigabyte { get; init; }
    public double ServerCpuUsPerRequest { get; init; }
    public double ClientCpuSecondsPerGigabyte { get; init; }
    public double ClientCpuUsPerRequest { get; init; }
    public double RssBytesPerConnection { get; init; }
    public double RssMegabytes { get; init; }
    public long Errors { get; init; }

    public override string ToString() => Mode switch
    {
        "idle" => $"idle: {RssBytesPerConnection:F0} bytes of RSS a connection, {RssMegabytes:F1} MB in all",
        "small" or "rest" => $"{Mode}: {RequestsPerSecond:F0} requests/s, p50 {P50Us:F0} us, p99 {P99Us:F0} us, " +
            $"server CPU {ServerCpuUsPerRequest:F1} us/request (client {ClientCpuUsPerRequest:F1}), errors {Errors}",
        _ => $"{Mode}: {MegabytesPerSecond:F0} MB/s, {RequestsPerSecond:F0} requests/s, p50 {P50Us:F0} us, " +
            $"p99 {P99Us:F0} us, max {MaxUs:F0} us, server CPU {ServerCpuSecondsPerGigabyte:F2} s/GB " +
            $"(client {ClientCpuSecondsPerGigabyte:F2}), errors {Errors}",
    };
}
