namespace Platform.Cluster.Configuration;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class KeySuggestion
{
    private const int MaxDistance = 5;

    /// <summary>The nearest of <paramref name="names"/>, or null when none is near.</summary>
    public static string? For(string name, IEnumerable<string> names)
    {
        var best = Math.Min(MaxDistance, name.Length / 3) + 1;
        string? nearest = null;
        foreach (var candidate in names)
        {
            if (Math.Abs(candidate.Length - name.Length) >= best)
                continue;
            var distance = Distance(name, candidate);
            if (distance < best)
                (best, nearest) = (distance, candidate);
        }
        return nearest;
    }

    // Levenshtein's distance, with one row of the table.
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.Length];
    }
}
