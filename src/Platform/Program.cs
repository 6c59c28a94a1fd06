using System.CommandLine;
using Platform.Commands;
using Platform.Commands.Perf;

var root = new RootCommand("Platform: a Kafka-compatible streaming platform in one binary.")
{
    DevCommand.Create(),
    BrokerCommand.Create(),
    ApiCommand.Create(),
    DashboardCommand.Create(),
    StorageCommand.Create(),
    DumpLogCommand.Create(),
    TopicsCommand.Create(),
    GroupsCommand.Create(),
    ConfigsCommand.Create(),
    TransactionsCommand.Create(),
    QuorumCommand.Create(),
    FeaturesCommand.Create(),
    EventsCommand.Create(),
    AclsCommand.Create(),
    QuotasCommand.Create(),
    BrokersCommand.Create(),
    LogDirsCommand.Create(),
    RebalanceCommand.Create(),
    ProduceCommand.Create(),
    ConsumeCommand.Create(),
    PerfCommand.Create(),
};
// Ctrl-C and SIGTERM cancel the verb, which then has this long to hand over and flush.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await root.Parse(args).InvokeAsync(configuration);
