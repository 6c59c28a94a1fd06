using System.Text.Json;
using Platform.Bench;
using Platform.Bench.Load;

const string usage = """
    usage: load produce|fetch|small|idle|rest --server HOST:PORT [--pid N] [--json] [options]
           load compare --bare HOST:PORT --bare-pid N --echo HOST:PORT --echo-pid N --broker HOST:PORT --broker-pid N
                        [--rounds 5] [--markdown FILE]
           load start --command "PROGRAM ARGUMENT..." [--server HOST:PORT] [--settle-ms 5000] [--kill]
    options: --topic bench --partitions 4 --first-partition 0 --connections 4 --batch-bytes 131072 --record-bytes 100 --acks 1
             --in-flight 5 --max-bytes 1048576 --seconds 5 --warmup 1 --preload-mb 256
    """;

try
{
    var options = new Arguments(args.AsSpan(Math.Min(1, args.Length)));
    var mode = args.FirstOrDefault() ?? "help";
    if (mode == "compare")
    {
        var comparison = new Comparison(options);
        options.EnsureAllKnown();
        return await comparison.RunAsync();
    }

    if (mode == "start")
    {
        var start = new StartRun(options);
        options.EnsureAllKnown();
        return await start.RunAsync();
    }

    var plan = LoadPlan.From(mode, options);
    var json = options.Flag("json");
    options.EnsureAllKnown();
    var result = await plan.RunAsync();
    Console.WriteLine(json ? JsonSerializer.Serialize(result) : result.ToString());
    return result.Errors == 0 ? 0 : 1;
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    Console.Error.WriteLine(usage);
    return 2;
}
