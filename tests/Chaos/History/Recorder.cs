using System.Diagnostics;
using System.Text.Json;

namespace Platform.Chaos.History;

/// <summary>Everything that clients saw and did, in the order in which they told. Safe for concurrent use.</summary>
public sealed class Recorder
{
    private readonly Lock _lock = new();
    private readonly List<HistoryEvent> _events = [];
    private readonly Dictionary<string, int> _errors = new(StringComparer.Ordinal);

    /// <summary>Microseconds of the monotonic clock.</summary>
    public static long NowUs => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    /// <summary>Adds an event.</summary>
    public void Add(HistoryEvent happened)
    {
        lock (_lock)
            _events.Add(happened);
    }

    /// <summary>Counts an error that clients live with.</summary>
    public void Count(string error)
    {
        lock (_lock)
            _errors[error] = _errors.GetValueOrDefault(error) + 1;
    }

    /// <summary>Errors that clients lived with, by name.</summary>
    public IReadOnlyDictionary<string, int> Errors
    {
        get
        {
            lock (_lock)
                return new SortedDictionary<string, int>(_errors, StringComparer.Ordinal);
        }
    }

    /// <summary>What is there by now.</summary>
    public IReadOnlyList<HistoryEvent> Snapshot()
    {
        lock (_lock)
            return [.. _events];
    }

    /// <summary>Acknowledged writes since a moment, for waits.</summary>
    public int WrittenSince(long us)
    {
        lock (_lock)
            return _events.OfType<Written>().Count(w => w.Outcome == Outcome.Ok && w.EndedUs >= us);
    }

    /// <summary>Writes the events, one line of JSON each, so that they can be checked again.</summary>
    public void Save(string path) =>
        File.WriteAllLines(path, Snapshot().Select(happened => JsonSerializer.Serialize(happened)));

    /// <summary>Reads a file of <see cref="Save"/>.</summary>
    public static IReadOnlyList<HistoryEvent> Load(string path) =>
        [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<HistoryEvent>(line)!)];
}
