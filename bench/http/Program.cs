using Platform.Bench.Http;

// http REST REGISTRY PID SECONDS RUN...: measures a running platform and prints rows of a Markdown table.
if (args.Length < 5)
{
    Console.Error.WriteLine("usage: http REST-HOST:PORT REGISTRY-HOST:PORT PID SECONDS RUN..., where RUN is one of single, batch, "
        + "stream, gigabyte, v2, events, lookups, known, compatibility");
    return 2;
}
using var setting = new Setting(args[0], args[1], int.Parse(args[2]), double.Parse(args[3]));
foreach (var run in args[4..])
{
    await (run switch
    {
        "single" => ProduceRuns.SingleAsync(setting),
        "batch" => ProduceRuns.BatchAsync(setting),
        "stream" => ProduceRuns.StreamAsync(setting),
        "gigabyte" => ProduceRuns.GigabyteAsync(setting),
        "v2" => ConsumeRuns.V2Async(setting),
        "events" => ConsumeRuns.EventsAsync(setting),
        "lookups" => RegistryRuns.LookUpsAsync(setting),
        "known" => RegistryRuns.KnownAsync(setting),
        "compatibility" => RegistryRuns.CompatibilityAsync(setting),
        _ => throw new ArgumentException($"there is no run '{run}'"),
    });
}
return 0;
