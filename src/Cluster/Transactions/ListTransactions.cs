using System.Text.RegularExpressions;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Transactions;

/// <summary>ListTransactions (key 66): the transactional ids of a coordinator.</summary>
/// <remarks>v1 only those open for longer (KIP-994) · v2 pattern of ids (KIP-1152).</remarks>
internal static class ListTransactions
{
    public static void Handle(TransactionShardState shard, ListTransactionsRequest request, CoordinatorCall call)
    {
        var response = new ListTransactionsResponse
        {
            UnknownStateFilters = [.. request.StateFilters.Where(state => !IsState(state))],
        };
        Regex? pattern = null;
        if (!string.IsNullOrEmpty(request.TransactionalIdPattern) && !TryParse(request.TransactionalIdPattern, out pattern))
            response.ErrorCode = ErrorCode.InvalidRegularExpression;
        else if (request.StateFilters.Count == 0 || request.StateFilters.Exists(IsState))
            response.TransactionStates = [.. shard.Transactions
                .Where(transaction => IsWanted(transaction, request, pattern, call.NowMs)).Select(InResponse)];
        call.Respond(response);
    }

    private static bool IsWanted(
        TransactionMetadata transaction, ListTransactionsRequest request, Regex? pattern, long nowMs) =>
        (request.ProducerIdFilters.Count == 0 || request.ProducerIdFilters.Contains(transaction.ProducerId))
        && (request.StateFilters.Count == 0 || request.StateFilters.Contains(transaction.State.ToString()))
        && (request.DurationFilter < 0 || nowMs - transaction.StartMs > request.DurationFilter)
        && (pattern is null || pattern.IsMatch(transaction.TransactionalId));

    private static bool IsState(string name) => Enum.TryParse<TransactionState>(name, out var state)
        && state.ToString() == name;

    // Linear in the length of the id, whatever the pattern is; it must match all of the id.
    private static bool TryParse(string pattern, out Regex? regex)
    {
        regex = null;
        try
        {
            regex = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static ListTransactionsResponse.TransactionStateData InResponse(TransactionMetadata transaction) => new()
    {
        TransactionalId = transaction.TransactionalId,
        ProducerId = transaction.ProducerId,
        TransactionState = transaction.State.ToString(),
    };
}
