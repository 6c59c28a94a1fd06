namespace Platform.Simulation;

/// <summary>Seeds that once found a fault. They are run every time, for ever: add a line, never remove one.</summary>
public static class Seeds
{
    /// <summary>The seeds, each with what it found.</summary>
    public static readonly IReadOnlyList<ulong> ThatFailed =
    [
        // A broker that starts leads and answers by metadata of the past before the controller has let it serve. The second
        // one, with changing voters: a leader that took itself out died before anybody had the record, and did not stand again.
        5210252272825072433, 7470243334525081897, 5630051080190563961, 1249259321451133801, 850987757601346888, 3536465928360206118,
        // A move takes a replica away while its leader, which has not heard of that, counts the copy that was there.
        5161109625868005512, 6016924642445694130, 137889124044110096, 4889865155905578659,
        // A broker that starts follows a leader of long ago, by metadata older than its own log, and would cut the log to it.
        4633956692753657346, 1726181484578466494,
    ];
}
