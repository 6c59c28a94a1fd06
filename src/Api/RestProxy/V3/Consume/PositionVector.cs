using System.Globalization;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>
/// The next offset of each partition, as text: 0:12,1:7. It is the id of an event and the "position" of a page, so that
/// a reader goes on exactly where it stopped.
/// </summary>
internal sealed class PositionVector
{
    /// <summary>Partitions of one vector.</summary>
    public const int MaxPartitions = 10_000;

    private readonly SortedDictionary<int, long> _next = [];

    public IReadOnlyDictionary<int, long> Next => _next;

    public void Advance(int partition, long next) => _next[partition] = next;

    /// <summary>Reads a vector; null when there is none.</summary>
    /// <exception cref="Hosting.ProblemException">422 when it is malformed.</exception>
    public static PositionVector? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var vector = new PositionVector();
        foreach (var part in text.Split(','))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || vector._next.Count >= MaxPartitions
                || !int.TryParse(part.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || !long.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture,
                    out var next))
                throw V3Problems.Invalid($"position '{part}': partitions and offsets are written 0:12,1:7.");
            vector._next[id] = next;
        }
        return vector;
    }

    public override string ToString() => string.Join(',',
        _next.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}:{one.Value}")));
}
