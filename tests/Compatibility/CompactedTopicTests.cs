namespace Platform.Compatibility;

/// <summary>
/// Goal: compaction never shows a wrong value and keeps the log small, whoever writes and reads meanwhile. Method:
/// `clients/python/compacted.py`, of which this is a short run; `compacted.sh` makes one of ten minutes.
/// </summary>
public sealed class CompactedTopicTests
{
    [Fact]
    public async Task The_newest_value_of_each_key_is_there_at_all_times_and_the_log_stays_small()
    {
        var result = await ClientScript.PythonAsync("compacted.py", PlatformProcess.Binary, "12");

        Assert.Equal(0, result.GetProperty("wrong").GetInt32());
        Assert.Equal(0, result.GetProperty("disorder").GetInt32());
        Assert.InRange(result.GetProperty("reads").GetInt32(), 2, int.MaxValue);
        // More was written than may stay, so that a broker which never compacts is found out.
        Assert.InRange(result.GetProperty("largest_mb").GetDouble(), 1, result.GetProperty("bound_mb").GetDouble());
        Assert.InRange(
            result.GetProperty("written_mb").GetDouble(), 1.2 * result.GetProperty("bound_mb").GetDouble(), double.MaxValue);
    }
}
