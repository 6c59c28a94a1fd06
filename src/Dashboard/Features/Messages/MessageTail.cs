using Platform.Client;
using Platform.Client.Admin;
using Platform.Protocol.Records;

namespace Platform.Dashboard.Features.Messages;

/// <summary>
/// Follows the end of a topic for one page. Keeps the last messages only, and shows at most a few a second: what a
/// person cannot read is counted, not sent to the browser.
/// </summary>
internal sealed class MessageTail(MessageReader reader, string topic, IReadOnlyList<int> partitions, Func<Task> changed)
    : IAsyncDisposable
{
    /// <summary>Messages kept.</summary>
    public const int MaxMessages = 200;

    private const int MaxPerRound = 50;
    private const int FetchWaitMs = 500;
    private static readonly TimeSpan RoundPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private LinkedList<Message> _kept = new();

    /// <summary>The last messages, newest first.</summary>
    public IReadOnlyList<Message> Messages { get; private set; } = [];

    /// <summary>Messages that came since the start, shown or not.</summary>
    public long Seen { get; private set; }

    /// <summary>Why the last round failed; null when it did not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>True while the list stands still; messages go on being counted.</summary>
    public bool IsPaused { get; set; }

    public void Start() => _running = RunAsync(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        Dictionary<int, long>? positions = null;
        while (!cancellation.IsCancellationRequested)
            try
            {
                positions ??= await reader.OffsetsAsync(topic, partitions, OffsetSpec.Latest, cancellation);
                (var messages, positions) = await reader.FetchAsync(topic, positions, FetchWaitMs, cancellation);
                Trouble = null;
                Keep(messages);
                await changed();
                await Task.Delay(RoundPause, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is KafkaException or CorruptRecordException)
            {
                Trouble = failure.Message;
                await changed();
                await WaitAsync(RetryPause, cancellation);
            }
    }

    private void Keep(IReadOnlyList<Message> messages)
    {
        Seen += messages.Count;
        if (IsPaused || messages.Count == 0)
            return;
        var kept = new LinkedList<Message>(_kept);
        foreach (var message in messages.OrderBy(message => message.TimestampMs)
            .ThenBy(message => message.Offset).TakeLast(MaxPerRound))
            kept.AddFirst(message);
        while (kept.Count > MaxMessages)
            kept.RemoveLast();
        _kept = kept;
        Messages = [.. kept];
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(time, cancellation);
        }
        catch (OperationCanceledException)
        {
            return;                                     // the loop sees the cancellation
        }
    }
}
