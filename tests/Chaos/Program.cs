using Platform.Chaos.History;
using Platform.Chaos.Checks;
using Platform.Chaos.Reporting;
using Platform.Chaos.Scenarios;

// chaos [scenario[,scenario]|all] [minutes] [--report FILE] [--seed N]
// chaos check FILE: applies the rules to a history that a run has left behind.
if (args is ["check", var file])
{
    var evidence = new Evidence(Recorder.Load(file));
    var breaches = Run.UsualChecks.SelectMany(check => check.Breaches(evidence).Select(breach => $"{check.Rule}: {breach}")).ToList();
    breaches.ForEach(Console.WriteLine);
    return breaches.Count == 0 ? 0 : 1;
}
return await Campaign.RunAsync(args);
