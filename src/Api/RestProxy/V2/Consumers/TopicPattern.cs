using System.Text.RegularExpressions;
using Platform.Client.Admin;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>A subscription by regular expression; topics that appear later are found by looking again.</summary>
internal sealed class TopicPattern
{
    /// <summary>How often new topics are looked for.</summary>
    public const long IntervalMs = 5_000;

    private readonly Regex _regex;
    private long _lookAtMs;

    /// <exception cref="Hosting.ProblemException">The pattern is no regular expression that can be served.</exception>
    public TopicPattern(string pattern)
    {
        Text = pattern;
        try
        {
            // Without backtracking, time is linear in the length of the name whatever the pattern is.
            _regex = new Regex($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw V2Problems.Invalid($"topic_pattern '{pattern}' cannot be used: {error.Message}");
        }
    }

    /// <summary>The regular expression.</summary>
    public string Text { get; }

    public bool IsDue(long nowMs) => nowMs >= _lookAtMs;

    /// <summary>The topics that match now.</summary>
    public async Task<IReadOnlyList<string>> MatchAsync(AdminClient admin, long nowMs, CancellationToken cancellation)
    {
        _lookAtMs = nowMs + IntervalMs;
        var topics = await admin.ListTopicsAsync(includeInternal: false, cancellation);
        return [.. topics.Select(topic => topic.Name).Where(name => _regex.IsMatch(name))];
    }
}
