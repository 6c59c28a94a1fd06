using Platform.Cluster.Coordination;
using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Simulation.Transactions;

/// <summary>
/// One broker with the real transaction coordinator and real logs, and messages that arrive late, in any order, or
/// never. A crash takes what is in memory and on its way; the logs come back from disk as after kill -9.
/// </summary>
internal sealed class SimTransactions
{
    public const int Partitions = 3;
    public const string Topic = "t";
    private const double CrashChance = 0.004;
    private const double LossChance = 0.05;
    private const double LateChance = 0.08;
    private const int MostLateSteps = 600;

    private readonly MemoryFileSystem _files = new();
    private readonly List<CoordinatorRecord> _coordinatorLog = [];
    private readonly List<(int Epoch, long NotBefore, Action Deliver)> _inFlight = [];
    private readonly Dictionary<CoordinatorTimerKey, long> _timers = [];
    private readonly Random _network;
    private readonly Random _nemesis;
    private LogManager _logs = null!;
    private TransactionCoordinatorShard _shard = null!;
    private readonly Dictionary<long, Action<IResponse>> _asked = [];
    private long _lastRequestId;
    private long _lastProducerId;
    private int _epoch;
    private long _steps;

    public SimTransactions(ulong seed)
    {
        _network = SimRandom.Stream(seed, "network");
        _nemesis = SimRandom.Stream(seed, "nemesis");
        _files.CreateDirectory("/data");
        new MetaProperties("sim", 1, new Uuid(2, 2)).Write(_files, "/data");
        Start();
    }

    public long NowMs { get; private set; } = 1_000_000;

    public bool IsCalm { get; set; }

    /// <summary>The log of a partition.</summary>
    public UnifiedLog Log(int partition) => _logs.Get(new TopicPartition(Topic, partition))!;

    /// <summary>Sends a message to the broker; the answer, too, may be lost.</summary>
    public void Send<T>(Action<Action<T>> handle, Action<T> onAnswer) =>
        Post(-1, () => handle(answer => Post(-1, () => onAnswer(answer))));

    /// <summary>Asks the coordinator, which may answer later; never when it is killed before.</summary>
    public void Ask<TResponse>(IRequest<TResponse> request, short version, Action<TResponse> onAnswer)
        where TResponse : class, IResponse, new()
    {
        _asked[++_lastRequestId] = answer => onAnswer((TResponse)answer);
        Run(_shard.Handle(request, new CoordinatorRequestContext(version, "", "", _lastRequestId), NowMs));
    }

    /// <summary>A batch arrives: the coordinator is asked when it is the first of its transaction here, and its word
    /// may take as long as any message.</summary>
    public void Produce(
        string id, ProducerIdAndEpoch producer, int partition, int sequence, string value, bool implicitly,
        Action<ErrorCode> onAnswer)
    {
        Post(-1, () =>
        {
            var guard = Log(partition).StartVerification(producer.ProducerId, producer.Epoch, sequence, NowMs);
            if (guard is null)
            {
                Append(producer, partition, sequence, value, null, implicitly, onAnswer);
                return;
            }
            Post(_epoch, () => Join(id, producer, partition, verifyOnly: !implicitly, version: 5, word =>
                Post(_epoch, () =>
                {
                    if (word == ErrorCode.None)
                        Append(producer, partition, sequence, value, guard, implicitly, onAnswer);
                    else
                        Post(-1, () => onAnswer(word));
                })));
        });
    }

    /// <summary>Makes a partition part of a transaction, or asks whether it is.</summary>
    public void Join(
        string id, ProducerIdAndEpoch producer, int partition, bool verifyOnly, short version,
        Action<ErrorCode> onAnswer) =>
        Ask(new AddPartitionsToTxnRequest
        {
            Transactions =
            [
                new()
                {
                    TransactionalId = id, ProducerId = producer.ProducerId, ProducerEpoch = producer.Epoch,
                    VerifyOnly = verifyOnly, Topics = [new() { Name = Topic, Partitions = [partition] }],
                },
            ],
        }, version, answer =>
            onAnswer(answer.ResultsByTransaction[0].TopicResults[0].ResultsByPartition[0].PartitionErrorCode));

    /// <summary>One thing happens: a message arrives, time passes, or the broker is killed.</summary>
    public void Step()
    {
        NowMs += _network.Next(20);
        if (!IsCalm && _nemesis.Chance(CrashChance))
            Crash();
        foreach (var (key, _) in _timers.Where(timer => timer.Value <= NowMs).OrderBy(t => t.Key.ToString()).ToList())
        {
            _timers.Remove(key);
            Run(_shard.OnTimer(key, NowMs));
        }
        _steps++;
        var ready = _inFlight.FindAll(message => IsCalm || message.NotBefore <= _steps);
        if (ready.Count == 0)
            return;
        var next = ready[_network.Next(ready.Count)];
        _inFlight.Remove(next);
        var (epoch, _, deliver) = next;
        // What brokers do among themselves is not lost, but dies with them.
        if (epoch >= 0 ? epoch == _epoch : IsCalm || !_nemesis.Chance(LossChance))
            deliver();
    }

    /// <summary>Lets everything that is on its way arrive, and every open transaction run out of time.</summary>
    public void Settle()
    {
        IsCalm = true;
        for (var round = 0; round < 3; round++)
        {
            while (_inFlight.Count > 0)
                Step();
            NowMs += 120_000;
            Step();
        }
        while (_inFlight.Count > 0)
            Step();
    }

    private void Crash()
    {
        _files.Kill();
        _epoch++;
        _timers.Clear();
        _asked.Clear();
        Start();
    }

    private void Start()
    {
        _logs = new LogManager(_files, new LogManagerOptions { LogDirectories = ["/data"], NodeId = 1, ClusterId = "sim" });
        _logs.LoadLogs(NowMs);
        for (var partition = 0; partition < Partitions; partition++)
        {
            var log = _logs.GetOrCreate(
                new TopicIdPartition(new Uuid(1, 1), new TopicPartition(Topic, partition)), LogConfig.Default);
            log.UpdateHighWatermark(log.LogEndOffset);
        }
        _shard = new TransactionCoordinatorShard(new(), () => ++_lastProducerId, () => TransactionVersion.Latest);
        foreach (var record in _coordinatorLog)
            _shard.Apply(record);
        Run(_shard.OnLoaded(NowMs));
    }

    private void Append(
        ProducerIdAndEpoch producer, int partition, int sequence, string value, VerificationGuard? guard,
        bool implicitly, Action<ErrorCode> onAnswer)
    {
        using var batch = new RecordBatchBuilder
        {
            ProducerId = producer.ProducerId, ProducerEpoch = producer.Epoch, BaseSequence = sequence,
            IsTransactional = true,
        };
        batch.Append(NowMs, null, System.Text.Encoding.UTF8.GetBytes(value));
        var transaction = new TransactionAppend(guard, implicitly ? (short)2 : (short)1);
        var error = Append(partition, batch.Build(), AppendOrigin.Client, transaction);
        Post(-1, () => onAnswer(error));
    }

    private ErrorCode Append(int partition, byte[] batch, AppendOrigin origin, TransactionAppend transaction)
    {
        var log = Log(partition);
        var error = log.AppendAsLeader(batch, 0, origin, NowMs, transaction).Error;
        log.UpdateHighWatermark(log.LogEndOffset);
        return error;
    }

    // Most messages arrive soon; some are so late that their sender has long gone on.
    private void Post(int epoch, Action deliver) => _inFlight.Add(
        (epoch, _network.Chance(LateChance) ? _steps + _network.Next(MostLateSteps) : 0, deliver));

    private void Run(CoordinatorResult result)
    {
        _coordinatorLog.AddRange(result.Records);
        foreach (var record in result.Records)
            _shard.Apply(record);
        foreach (var effect in result.Effects)
        {
            switch (effect)
            {
                case CompleteRequest complete when _asked.Remove(complete.RequestId, out var onAnswer):
                    onAnswer(complete.Response);
                    break;
                case SetTimer set: _timers[set.Key] = set.DeadlineMs; break;
                case CancelTimer cancel: _timers.Remove(cancel.Key); break;
                case WriteTransactionMarkers markers: Write(markers); break;
            }
        }
    }

    private void Write(WriteTransactionMarkers markers)
    {
        var left = markers.Partitions.Count;
        foreach (var partition in markers.Partitions)
            Post(_epoch, () =>
            {
                var type = markers.Commit ? ControlRecordType.Commit : ControlRecordType.Abort;
                var batch = ControlRecord.EndTransactionBatch(
                    markers.ProducerId, markers.ProducerEpoch, type, _epoch, NowMs);
                Append(partition.Partition, batch, AppendOrigin.Coordinator, new TransactionAppend(null, markers.Version));
                if (--left == 0)
                    Run(_shard.OnMarkersWritten(markers, NowMs));
            });
    }
}
