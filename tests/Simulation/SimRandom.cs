namespace Platform.Simulation;

/// <summary>Streams of random numbers that all come from one seed. Each concern has a stream of its own, so that
/// another draw in one does not shift the others.</summary>
public static class SimRandom
{
    /// <summary>The stream of a concern; the name is its salt.</summary>
    public static Random Stream(ulong seed, string concern)
    {
        var mixed = seed;
        foreach (var letter in concern)
            mixed = Mix(mixed ^ letter);
        return new Random((int)(Mix(mixed) >> 33));
    }

    /// <summary>True with the given probability.</summary>
    public static bool Chance(this Random random, double probability) =>
        probability > 0 && random.NextDouble() < probability;

    // The finishing step of splitmix64: neighbouring seeds must not give similar streams.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
