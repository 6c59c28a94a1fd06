using Platform.Bench;
using Platform.Bench.Log;

const string usage = """
    usage: log recover  --dir DIR [--partitions 1000] [--megabytes 10240] [--threads 2]
           log compact  --dir DIR [--megabytes 1024] [--keys 100000] [--map-megabytes 128]
           log open     --dir DIR [--few 10] [--many 10000] [--rounds 5] [--appends 20000]
           log tier     --server HOST:PORT [--name tier] [--megabytes 512] [--segment-megabytes 64] [--rounds 3]
           log transact --server HOST:PORT [--rounds 5] [--transactions 500] [--records 100] [--record-bytes 100]
    """;

try
{
    var options = new Arguments(args.AsSpan(Math.Min(1, args.Length)));
    switch (args.FirstOrDefault())
    {
        case "recover":
            new RecoverRun(options).Run();
            return 0;
        case "compact":
            new CompactRun(options).Run();
            return 0;
        case "open":
            new OpenRun(options).Run();
            return 0;
        case "tier":
            await new TierRun(options).RunAsync();
            return 0;
        case "transact":
            await new TransactRun(options).RunAsync();
            return 0;
        default:
            throw new ArgumentException("say what to measure");
    }
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    Console.Error.WriteLine(usage);
    return 2;
}
