using Platform.Protocol;

namespace Platform.Client.Admin;

/// <summary>What became of one item of a request.</summary>
/// <param name="Item">The item: a topic's name, a group's id, a partition.</param>
/// <param name="Error">The error, or none.</param>
/// <param name="ErrorMessage">The broker's own words, when it has some.</param>
public sealed record ItemResult<T>(T Item, ErrorCode Error, string? ErrorMessage = null)
{
    /// <summary>The error as an exception, or null.</summary>
    public KafkaException? Exception =>
        Error == ErrorCode.None ? null : KafkaException.For(Error, Item?.ToString() ?? "", ErrorMessage);
}

/// <summary>Turns failed items into exceptions.</summary>
public static class ItemResults
{
    /// <summary>Throws the first failure, if any.</summary>
    /// <exception cref="KafkaException">An item failed.</exception>
    public static IReadOnlyList<ItemResult<T>> ThrowIfAnyFailed<T>(this IReadOnlyList<ItemResult<T>> results)
    {
        foreach (var result in results)
            if (result.Exception is { } failure)
                throw failure;
        return results;
    }

    /// <summary>Throws the first failure, if any.</summary>
    /// <exception cref="KafkaException">An item failed.</exception>
    public static async Task<IReadOnlyList<ItemResult<T>>> ThrowIfAnyFailed<T>(
        this Task<IReadOnlyList<ItemResult<T>>> results) =>
        (await results).ThrowIfAnyFailed();
}
