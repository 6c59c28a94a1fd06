using Platform.Cluster.Coordination;
using Platform.Protocol;

namespace Platform.Cluster.Tests.Coordination;

public sealed class CoordinatorErrorsTests
{
    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPartition, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.NotEnoughReplicas, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.RequestTimedOut, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator)]
    [InlineData(ErrorCode.KafkaStorageError, ErrorCode.NotCoordinator)]
    [InlineData(ErrorCode.NetworkException, ErrorCode.CoordinatorLoadInProgress)]
    [InlineData(ErrorCode.MessageTooLarge, ErrorCode.UnknownServerError)]
    [InlineData(ErrorCode.RecordListTooLarge, ErrorCode.UnknownServerError)]
    [InlineData(ErrorCode.InvalidFetchSize, ErrorCode.UnknownServerError)]
    [InlineData(ErrorCode.CorruptMessage, ErrorCode.CorruptMessage)]
    public void Errors_of_the_log_become_errors_that_clients_of_coordinators_know(ErrorCode log, ErrorCode client)
    {
        Assert.Equal(client, CoordinatorErrors.ForAppendError(log));
    }
}
