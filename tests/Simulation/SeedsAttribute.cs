using System.Globalization;
using System.Reflection;
using Xunit.Sdk;

namespace Platform.Simulation;

/// <summary>
/// Gives a theory its seeds: those that ever failed, fixed ones, and fresh random ones. <c>SIM_SEED=n</c> replays one
/// seed only; <c>SIM_SEEDS=n</c> runs n random ones.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SeedsAttribute : DataAttribute
{
    /// <summary>Seeds that are the same in every run.</summary>
    public int Fixed { get; init; } = 5;

    /// <summary>Seeds that are new in every run.</summary>
    public int Random { get; init; } = 3;

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Choose().Distinct().Select(seed => new object[] { seed });

    private IEnumerable<ulong> Choose()
    {
        if (Number("SIM_SEED") is { } one)
            return [one];
        if (Number("SIM_SEEDS") is { } many)
            return Fresh(Random > 0 ? (int)many : 0).Concat(Numbered());
        return Seeds.ThatFailed.Concat(Numbered()).Concat(Fresh(Random));
    }

    private IEnumerable<ulong> Numbered() => Enumerable.Range(100, Fixed).Select(seed => (ulong)seed);

    private static IEnumerable<ulong> Fresh(int count) =>
        Enumerable.Range(0, count).Select(_ => (ulong)System.Random.Shared.NextInt64());

    private static ulong? Number(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number : null;
}
