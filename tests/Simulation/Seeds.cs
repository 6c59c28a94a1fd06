namespace Platform.Simulation;

/// <summary>Seeds that once found a fault. They are run every time, for ever: add a line, never remove one.</summary>
public static class Seeds
{
    /// <summary>The seeds, each with what it found.</summary>
    public static readonly IReadOnlyList<ulong> ThatFailed =
    [
        // A broker that starts leads and answers by metadata of the past before the controller has let it serve.
        5210252272825072433, 7470243334525081897, 5630051080190563961, 1249259321451133801, 850987757601346888, 3536465928360206118,
    ];
}
