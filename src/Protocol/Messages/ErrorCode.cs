namespace Platform.Protocol;

/// <summary>Kafka's error codes, with the text that people read and whether a client may simply try again.</summary>
public enum ErrorCode : short
{
    /// <summary>The server met an error that it did not expect; its log says more.</summary>
    [Error("The server met an error that it did not expect; its log says more.")] UnknownServerError = -1,
    /// <summary>No error.</summary>
    [Error("No error.")] None = 0,
    /// <summary>The offset lies outside of what the partition holds.</summary>
    [Error("The offset lies outside of what the partition holds.")] OffsetOutOfRange = 1,
    /// <summary>The message failed its CRC, exceeds the valid size, or is otherwise corrupt.</summary>
    [Error("The message failed its CRC, exceeds the valid size, or is otherwise corrupt.", Retriable = true)] CorruptMessage = 2,
    /// <summary>The broker does not host this topic or partition.</summary>
    [Error("The broker does not host this topic or partition.", Retriable = true)] UnknownTopicOrPartition = 3,
    /// <summary>The requested fetch size is invalid.</summary>
    [Error("The requested fetch size is invalid.")] InvalidFetchSize = 4,
    /// <summary>The partition has no leader at the moment, for example because an election is under way.</summary>
    [Error("The partition has no leader at the moment, for example because an election is under way.", Retriable = true)] LeaderNotAvailable = 5,
    /// <summary>The broker is not the leader, or for a fetch not a replica, of the partition.</summary>
    [Error("The broker is not the leader, or for a fetch not a replica, of the partition.", Retriable = true)] NotLeaderOrFollower = 6,
    /// <summary>The request was not completed within its time limit.</summary>
    [Error("The request was not completed within its time limit.", Retriable = true)] RequestTimedOut = 7,
    /// <summary>The broker is not available.</summary>
    [Error("The broker is not available.")] BrokerNotAvailable = 8,
    /// <summary>The replica is not available on this broker.</summary>
    [Error("The replica is not available on this broker.", Retriable = true)] ReplicaNotAvailable = 9,
    /// <summary>The batch is larger than max.message.bytes allows.</summary>
    [Error("The batch is larger than max.message.bytes allows.")] MessageTooLarge = 10,
    /// <summary>The controller has moved to another node.</summary>
    [Error("The controller has moved to another node.")] StaleControllerEpoch = 11,
    /// <summary>The metadata of the offset commit is longer than offset.metadata.max.bytes allows.</summary>
    [Error("The metadata of the offset commit is longer than offset.metadata.max.bytes allows.")] OffsetMetadataTooLarge = 12,
    /// <summary>The server disconnected before a response came.</summary>
    [Error("The server disconnected before a response came.", Retriable = true)] NetworkException = 13,
    /// <summary>The coordinator is loading and cannot answer yet.</summary>
    [Error("The coordinator is loading and cannot answer yet.", Retriable = true)] CoordinatorLoadInProgress = 14,
    /// <summary>The coordinator is not available.</summary>
    [Error("The coordinator is not available.", Retriable = true)] CoordinatorNotAvailable = 15,
    /// <summary>This broker is not the coordinator of the group or transaction.</summary>
    [Error("This broker is not the coordinator of the group or transaction.", Retriable = true)] NotCoordinator = 16,
    /// <summary>The topic name is invalid, or the operation is not allowed on this topic.</summary>
    [Error("The topic name is invalid, or the operation is not allowed on this topic.")] InvalidTopicException = 17,
    /// <summary>The batch is larger than a segment may be.</summary>
    [Error("The batch is larger than a segment may be.")] RecordListTooLarge = 18,
    /// <summary>Fewer replicas are in sync than min.insync.replicas demands; nothing was appended.</summary>
    [Error("Fewer replicas are in sync than min.insync.replicas demands; nothing was appended.", Retriable = true)] NotEnoughReplicas = 19,
    /// <summary>The records were appended, but to fewer in-sync replicas than min.insync.replicas demands.</summary>
    [Error("The records were appended, but to fewer in-sync replicas than min.insync.replicas demands.", Retriable = true)] NotEnoughReplicasAfterAppend = 20,
    /// <summary>acks must be -1 (all), 0 or 1.</summary>
    [Error("acks must be -1 (all), 0 or 1.")] InvalidRequiredAcks = 21,
    /// <summary>The generation is not the group's current one.</summary>
    [Error("The generation is not the group's current one.")] IllegalGeneration = 22,
    /// <summary>The member's protocols have none in common with those of the group.</summary>
    [Error("The member's protocols have none in common with those of the group.")] InconsistentGroupProtocol = 23,
    /// <summary>The group id is invalid.</summary>
    [Error("The group id is invalid.")] InvalidGroupId = 24,
    /// <summary>The coordinator does not know this member.</summary>
    [Error("The coordinator does not know this member.")] UnknownMemberId = 25,
    /// <summary>The session timeout is outside of what group.min.session.timeout.ms and group.max.session.timeout.ms allow.</summary>
    [Error("The session timeout is outside of what group.min.session.timeout.ms and group.max.session.timeout.ms allow.")] InvalidSessionTimeout = 26,
    /// <summary>The group is rebalancing, so that the member must rejoin.</summary>
    [Error("The group is rebalancing, so that the member must rejoin.")] RebalanceInProgress = 27,
    /// <summary>The offset commit is too large.</summary>
    [Error("The offset commit is too large.")] InvalidCommitOffsetSize = 28,
    /// <summary>Access to the topic is not allowed.</summary>
    [Error("Access to the topic is not allowed.")] TopicAuthorizationFailed = 29,
    /// <summary>Access to the group is not allowed.</summary>
    [Error("Access to the group is not allowed.")] GroupAuthorizationFailed = 30,
    /// <summary>The cluster operation is not allowed.</summary>
    [Error("The cluster operation is not allowed.")] ClusterAuthorizationFailed = 31,
    /// <summary>The timestamp lies outside of the range that the topic accepts.</summary>
    [Error("The timestamp lies outside of the range that the topic accepts.")] InvalidTimestamp = 32,
    /// <summary>The broker does not offer this SASL mechanism.</summary>
    [Error("The broker does not offer this SASL mechanism.")] UnsupportedSaslMechanism = 33,
    /// <summary>The request does not fit the state of the SASL exchange.</summary>
    [Error("The request does not fit the state of the SASL exchange.")] IllegalSaslState = 34,
    /// <summary>The version of the API, or the feature, is not supported.</summary>
    [Error("The version of the API, or the feature, is not supported.")] UnsupportedVersion = 35,
    /// <summary>A topic with this name exists already.</summary>
    [Error("A topic with this name exists already.")] TopicAlreadyExists = 36,
    /// <summary>The number of partitions is invalid.</summary>
    [Error("The number of partitions is invalid.")] InvalidPartitions = 37,
    /// <summary>The replication factor is below 1 or above the number of usable brokers.</summary>
    [Error("The replication factor is below 1 or above the number of usable brokers.")] InvalidReplicationFactor = 38,
    /// <summary>The replica assignment is invalid.</summary>
    [Error("The replica assignment is invalid.")] InvalidReplicaAssignment = 39,
    /// <summary>The configuration is invalid.</summary>
    [Error("The configuration is invalid.")] InvalidConfig = 40,
    /// <summary>This node is not the active controller.</summary>
    [Error("This node is not the active controller.", Retriable = true)] NotController = 41,
    /// <summary>The request is malformed or contradicts itself; the broker's log may say more.</summary>
    [Error("The request is malformed or contradicts itself; the broker's log may say more.")] InvalidRequest = 42,
    /// <summary>The message format on the broker does not support the request.</summary>
    [Error("The message format on the broker does not support the request.")] UnsupportedForMessageFormat = 43,
    /// <summary>The request breaks a policy of the cluster.</summary>
    [Error("The request breaks a policy of the cluster.")] PolicyViolation = 44,
    /// <summary>The broker received a sequence number that does not follow the last one.</summary>
    [Error("The broker received a sequence number that does not follow the last one.")] OutOfOrderSequenceNumber = 45,
    /// <summary>The broker received a sequence number that it has seen already.</summary>
    [Error("The broker received a sequence number that it has seen already.")] DuplicateSequenceNumber = 46,
    /// <summary>The producer's epoch is older than the newest one known.</summary>
    [Error("The producer's epoch is older than the newest one known.")] InvalidProducerEpoch = 47,
    /// <summary>The operation does not fit the state of the transaction.</summary>
    [Error("The operation does not fit the state of the transaction.")] InvalidTxnState = 48,
    /// <summary>The producer id is not the one assigned to the transactional id.</summary>
    [Error("The producer id is not the one assigned to the transactional id.")] InvalidProducerIdMapping = 49,
    /// <summary>The transaction timeout is larger than transaction.max.timeout.ms allows.</summary>
    [Error("The transaction timeout is larger than transaction.max.timeout.ms allows.")] InvalidTransactionTimeout = 50,
    /// <summary>An earlier operation on the same transaction has not finished.</summary>
    [Error("An earlier operation on the same transaction has not finished.", Retriable = true)] ConcurrentTransactions = 51,
    /// <summary>The transaction coordinator that sent the marker is no longer current.</summary>
    [Error("The transaction coordinator that sent the marker is no longer current.")] TransactionCoordinatorFenced = 52,
    /// <summary>Access to the transactional id is not allowed.</summary>
    [Error("Access to the transactional id is not allowed.")] TransactionalIdAuthorizationFailed = 53,
    /// <summary>Security features are disabled.</summary>
    [Error("Security features are disabled.")] SecurityDisabled = 54,
    /// <summary>The operation was not attempted because another one in the same request failed.</summary>
    [Error("The operation was not attempted because another one in the same request failed.")] OperationNotAttempted = 55,
    /// <summary>The broker could not read or write its log directory.</summary>
    [Error("The broker could not read or write its log directory.", Retriable = true)] KafkaStorageError = 56,
    /// <summary>The log directory is not one of the broker's.</summary>
    [Error("The log directory is not one of the broker's.")] LogDirNotFound = 57,
    /// <summary>SASL authentication failed.</summary>
    [Error("SASL authentication failed.")] SaslAuthenticationFailed = 58,
    /// <summary>The broker knows nothing of this producer id.</summary>
    [Error("The broker knows nothing of this producer id.")] UnknownProducerId = 59,
    /// <summary>A reassignment of the partition is under way.</summary>
    [Error("A reassignment of the partition is under way.")] ReassignmentInProgress = 60,
    /// <summary>Delegation tokens are not enabled.</summary>
    [Error("Delegation tokens are not enabled.")] DelegationTokenAuthDisabled = 61,
    /// <summary>The delegation token does not exist.</summary>
    [Error("The delegation token does not exist.")] DelegationTokenNotFound = 62,
    /// <summary>The principal is neither owner nor renewer of the token.</summary>
    [Error("The principal is neither owner nor renewer of the token.")] DelegationTokenOwnerMismatch = 63,
    /// <summary>Token requests are not allowed on this kind of connection.</summary>
    [Error("Token requests are not allowed on this kind of connection.")] DelegationTokenRequestNotAllowed = 64,
    /// <summary>Access to the delegation token is not allowed.</summary>
    [Error("Access to the delegation token is not allowed.")] DelegationTokenAuthorizationFailed = 65,
    /// <summary>The delegation token has expired.</summary>
    [Error("The delegation token has expired.")] DelegationTokenExpired = 66,
    /// <summary>The principal type is not supported.</summary>
    [Error("The principal type is not supported.")] InvalidPrincipalType = 67,
    /// <summary>The group is not empty.</summary>
    [Error("The group is not empty.")] NonEmptyGroup = 68,
    /// <summary>The group does not exist.</summary>
    [Error("The group does not exist.")] GroupIdNotFound = 69,
    /// <summary>The fetch session does not exist.</summary>
    [Error("The fetch session does not exist.", Retriable = true)] FetchSessionIdNotFound = 70,
    /// <summary>The epoch of the fetch session is not the expected one.</summary>
    [Error("The epoch of the fetch session is not the expected one.", Retriable = true)] InvalidFetchSessionEpoch = 71,
    /// <summary>The leader has no listener like the one that the request came by.</summary>
    [Error("The leader has no listener like the one that the request came by.", Retriable = true)] ListenerNotFound = 72,
    /// <summary>Deleting topics is disabled by delete.topic.enable.</summary>
    [Error("Deleting topics is disabled by delete.topic.enable.")] TopicDeletionDisabled = 73,
    /// <summary>The leader epoch of the request is older than the broker's.</summary>
    [Error("The leader epoch of the request is older than the broker's.", Retriable = true)] FencedLeaderEpoch = 74,
    /// <summary>The leader epoch of the request is newer than the broker's.</summary>
    [Error("The leader epoch of the request is newer than the broker's.", Retriable = true)] UnknownLeaderEpoch = 75,
    /// <summary>The client's version does not support the compression of the data.</summary>
    [Error("The client's version does not support the compression of the data.")] UnsupportedCompressionType = 76,
    /// <summary>The broker epoch is not the current one.</summary>
    [Error("The broker epoch is not the current one.")] StaleBrokerEpoch = 77,
    /// <summary>The leader's high watermark has not caught up since its election.</summary>
    [Error("The leader's high watermark has not caught up since its election.", Retriable = true)] OffsetNotAvailable = 78,
    /// <summary>The member must join again with the id that it was given.</summary>
    [Error("The member must join again with the id that it was given.")] MemberIdRequired = 79,
    /// <summary>The preferred leader is not available.</summary>
    [Error("The preferred leader is not available.", Retriable = true)] PreferredLeaderNotAvailable = 80,
    /// <summary>The group has as many members as group.max.size allows.</summary>
    [Error("The group has as many members as group.max.size allows.")] GroupMaxSizeReached = 81,
    /// <summary>Another member with the same group.instance.id has taken over.</summary>
    [Error("Another member with the same group.instance.id has taken over.")] FencedInstanceId = 82,
    /// <summary>No eligible leader is available.</summary>
    [Error("No eligible leader is available.", Retriable = true)] EligibleLeadersNotAvailable = 83,
    /// <summary>The partition has the leader that the election would give it.</summary>
    [Error("The partition has the leader that the election would give it.", Retriable = true)] ElectionNotNeeded = 84,
    /// <summary>No reassignment of the partition is under way.</summary>
    [Error("No reassignment of the partition is under way.")] NoReassignmentInProgress = 85,
    /// <summary>The offsets cannot be deleted while the group subscribes to the topic.</summary>
    [Error("The offsets cannot be deleted while the group subscribes to the topic.")] GroupSubscribedToTopic = 86,
    /// <summary>A record or batch breaks a rule of the log.</summary>
    [Error("A record or batch breaks a rule of the log.")] InvalidRecord = 87,
    /// <summary>Offsets of a pending transaction are in the way.</summary>
    [Error("Offsets of a pending transaction are in the way.", Retriable = true)] UnstableOffsetCommit = 88,
    /// <summary>The quota is used up; try again after the throttle time.</summary>
    [Error("The quota is used up; try again after the throttle time.", Retriable = true)] ThrottlingQuotaExceeded = 89,
    /// <summary>A newer producer with the same transactional id has fenced this one.</summary>
    [Error("A newer producer with the same transactional id has fenced this one.")] ProducerFenced = 90,
    /// <summary>The resource does not exist.</summary>
    [Error("The resource does not exist.")] ResourceNotFound = 91,
    /// <summary>The request names a resource twice.</summary>
    [Error("The request names a resource twice.")] DuplicateResource = 92,
    /// <summary>The credential does not meet the rules.</summary>
    [Error("The credential does not meet the rules.")] UnacceptableCredential = 93,
    /// <summary>The sender or recipient is not among the voters.</summary>
    [Error("The sender or recipient is not among the voters.")] InconsistentVoterSet = 94,
    /// <summary>The update was based on another version than the current one.</summary>
    [Error("The update was based on another version than the current one.")] InvalidUpdateVersion = 95,
    /// <summary>The features could not be updated.</summary>
    [Error("The features could not be updated.")] FeatureUpdateFailed = 96,
    /// <summary>The principal of a forwarded request could not be decoded.</summary>
    [Error("The principal of a forwarded request could not be decoded.")] PrincipalDeserializationFailure = 97,
    /// <summary>The snapshot does not exist.</summary>
    [Error("The snapshot does not exist.")] SnapshotNotFound = 98,
    /// <summary>The position lies outside of the snapshot.</summary>
    [Error("The position lies outside of the snapshot.")] PositionOutOfRange = 99,
    /// <summary>The broker does not know this topic id.</summary>
    [Error("The broker does not know this topic id.", Retriable = true)] UnknownTopicId = 100,
    /// <summary>Another live broker uses this node id.</summary>
    [Error("Another live broker uses this node id.")] DuplicateBrokerRegistration = 101,
    /// <summary>The broker id is not registered.</summary>
    [Error("The broker id is not registered.")] BrokerIdNotRegistered = 102,
    /// <summary>The topic id in the log does not match the request's.</summary>
    [Error("The topic id in the log does not match the request's.", Retriable = true)] InconsistentTopicId = 103,
    /// <summary>The cluster id is not this cluster's.</summary>
    [Error("The cluster id is not this cluster's.")] InconsistentClusterId = 104,
    /// <summary>The transactional id does not exist.</summary>
    [Error("The transactional id does not exist.")] TransactionalIdNotFound = 105,
    /// <summary>The fetch session mixes topic names and topic ids.</summary>
    [Error("The fetch session mixes topic names and topic ids.", Retriable = true)] FetchSessionTopicIdError = 106,
    /// <summary>A replica of the new ISR is fenced, shutting down or of an old epoch.</summary>
    [Error("A replica of the new ISR is fenced, shutting down or of an old epoch.")] IneligibleReplica = 107,
    /// <summary>The change was applied and moved the leader.</summary>
    [Error("The change was applied and moved the leader.")] NewLeaderElected = 108,
    /// <summary>The offset has moved to tiered storage.</summary>
    [Error("The offset has moved to tiered storage.")] OffsetMovedToTieredStorage = 109,
    /// <summary>The member's epoch is no longer valid, so that it must rejoin.</summary>
    [Error("The member's epoch is no longer valid, so that it must rejoin.")] FencedMemberEpoch = 110,
    /// <summary>Another member still holds this group.instance.id.</summary>
    [Error("Another member still holds this group.instance.id.")] UnreleasedInstanceId = 111,
    /// <summary>The broker has no assignor of this name.</summary>
    [Error("The broker has no assignor of this name.")] UnsupportedAssignor = 112,
    /// <summary>The member's epoch is behind; retry with the current one.</summary>
    [Error("The member's epoch is behind; retry with the current one.")] StaleMemberEpoch = 113,
    /// <summary>The request was sent to the wrong kind of endpoint.</summary>
    [Error("The request was sent to the wrong kind of endpoint.")] MismatchedEndpointType = 114,
    /// <summary>The endpoint type is not known.</summary>
    [Error("The endpoint type is not known.")] UnsupportedEndpointType = 115,
    /// <summary>The controller id is not known.</summary>
    [Error("The controller id is not known.")] UnknownControllerId = 116,
    /// <summary>The telemetry subscription id is outdated or invalid.</summary>
    [Error("The telemetry subscription id is outdated or invalid.")] UnknownSubscriptionId = 117,
    /// <summary>The telemetry is larger than telemetry.max.bytes allows.</summary>
    [Error("The telemetry is larger than telemetry.max.bytes allows.")] TelemetryTooLarge = 118,
    /// <summary>The broker registration is invalid.</summary>
    [Error("The broker registration is invalid.")] InvalidRegistration = 119,
    /// <summary>The transaction met an error from which an abort recovers.</summary>
    [Error("The transaction met an error from which an abort recovers.")] TransactionAbortable = 120,
    /// <summary>The record's state does not allow the acknowledgement.</summary>
    [Error("The record's state does not allow the acknowledgement.")] InvalidRecordState = 121,
    /// <summary>The share session does not exist.</summary>
    [Error("The share session does not exist.", Retriable = true)] ShareSessionNotFound = 122,
    /// <summary>The epoch of the share session is not the expected one.</summary>
    [Error("The epoch of the share session is not the expected one.", Retriable = true)] InvalidShareSessionEpoch = 123,
    /// <summary>The state epoch of the share partition is no longer current.</summary>
    [Error("The state epoch of the share partition is no longer current.")] FencedStateEpoch = 124,
    /// <summary>The voter key is not the recipient's.</summary>
    [Error("The voter key is not the recipient's.")] InvalidVoterKey = 125,
    /// <summary>The voter is in the voter set already.</summary>
    [Error("The voter is in the voter set already.")] DuplicateVoter = 126,
    /// <summary>The voter is not in the voter set.</summary>
    [Error("The voter is not in the voter set.")] VoterNotFound = 127,
    /// <summary>The regular expression is invalid.</summary>
    [Error("The regular expression is invalid.")] InvalidRegularExpression = 128,
    /// <summary>The client must bootstrap again.</summary>
    [Error("The client must bootstrap again.")] RebootstrapRequired = 129,
    /// <summary>The streams topology is invalid.</summary>
    [Error("The streams topology is invalid.")] StreamsInvalidTopology = 130,
    /// <summary>The epoch of the streams topology is invalid.</summary>
    [Error("The epoch of the streams topology is invalid.")] StreamsInvalidTopologyEpoch = 131,
    /// <summary>The streams topology is older than the group's.</summary>
    [Error("The streams topology is older than the group's.")] StreamsTopologyFenced = 132,
    /// <summary>The broker holds as many share sessions as it may.</summary>
    [Error("The broker holds as many share sessions as it may.", Retriable = true)] ShareSessionLimitReached = 133,
    /// <summary>The group could not be deleted.</summary>
    [Error("The group could not be deleted.")] GroupDeletionFailed = 134,
    /// <summary>The description of the streams topology could not be stored.</summary>
    [Error("The description of the streams topology could not be stored.")] StreamsTopologyDescriptionUpdateFailed = 135,
    /// <summary>The controller id is not registered.</summary>
    [Error("The controller id is not registered.")] ControllerIdNotRegistered = 136,
}

/// <summary>What is declared beside an error code.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class ErrorAttribute(string text) : Attribute
{
    /// <summary>What went wrong, for people.</summary>
    public string Text { get; } = text;

    /// <summary>A client may send the same request again.</summary>
    public bool Retriable { get; init; }
}
