using System.CommandLine;
using Platform.Commands;

var root = new RootCommand("Platform: a Kafka-compatible streaming platform in one binary.")
{
    TopicsCommand.Create(),
    GroupsCommand.Create(),
    ConfigsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
