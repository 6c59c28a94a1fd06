namespace Platform.Cluster.Configuration;

/// <summary>Finds settings that are unknown, wrong or without effect.</summary>
internal static class SettingsCheck
{
    private static readonly string[] SecretWords = ["secret", "password", "token", "jaas", "credential"];

    public static List<ConfigProblem> Check(IEnumerable<KeyValuePair<string, string>> settings,
        ICollection<string> warnings)
    {
        var problems = new List<ConfigProblem>();
        foreach (var (name, value) in settings)
        {
            if (BrokerConfigs.Find(name) is { } key)
                CheckKnown(key, value, problems, warnings);
            else if (KnownKafkaKeys.Contains(name, out var reason))
                warnings.Add($"{name} has no effect: {reason}");
            else
                problems.Add(new ConfigProblem(name, MayBeSecret(name) ? null : value, Unknown(name)));
        }
        return problems;
    }

    // A slip in the name of a secret must not print the secret.
    private static bool MayBeSecret(string name) =>
        SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static void CheckKnown(ConfigKey key, string value, List<ConfigProblem> problems,
        ICollection<string> warnings)
    {
        if (!key.Validate(value, out var problem))
            problems.Add(problem);
        else if (key == BrokerConfigs.SuperUsers && Security.SuperUsers.Parse(value, out var bad).Count > 0 && bad is not null)
            problems.Add(new ConfigProblem(key.Name, value,
                $"has '{bad}', which is no principal: a type, a colon and a name, such as User:alice; separate them by semicolons"));
        else if (key.NoEffect is { } reason)
            warnings.Add($"{key.Name} has no effect: {reason}");
    }

    private static string Unknown(string name)
    {
        if (TopicConfigs.Find(name) is { Synonyms: [var synonym, ..] })
            return $"is a setting of topics; for all topics of this broker set {synonym.Key.Name}";
        var known = BrokerConfigs.All.Select(key => key.Name).Concat(KnownKafkaKeys.All);
        var meant = KeySuggestion.For(name, known);
        return meant is null ? "is no setting of a broker; docs/configuration.md lists them all"
            : $"is no setting of a broker; did you mean {meant}?";
    }
}
