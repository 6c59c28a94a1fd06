using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Simulation.Transactions;

/// <summary>What became of a transaction, as far as its producer knows.</summary>
internal enum SimOutcome { Open, Committed, Aborted, Unknown }

/// <summary>A transaction with its own value, so that its records can be told from all others.</summary>
internal sealed class SimTransaction(string value)
{
    public string Value { get; } = value;

    /// <summary>Partitions whose record was acknowledged.</summary>
    public HashSet<int> Acknowledged { get; } = [];

    public SimOutcome Outcome { get; set; }

    /// <summary>True once a commit was asked for: from then on it may be committed.</summary>
    public bool CommitAsked { get; set; }
}

/// <summary>
/// A transactional producer that goes from one transaction to the next. When an answer does not come it gives up and
/// takes its id over again, as a process that was restarted does; its old messages may still arrive.
/// </summary>
internal sealed class SimProducer(SimTransactions broker, string id, int number, bool implicitly, Random random)
{
    private const int Patience = 20;
    private ProducerIdAndEpoch? _producer;
    private SimTransaction? _current;
    private readonly Dictionary<int, int> _sequences = [];
    private int _attempt;
    private int _waiting;
    private bool _isWaiting;

    public List<SimTransaction> Transactions { get; } = [];

    /// <summary>Does the next thing, unless an answer is waited for.</summary>
    public void Step()
    {
        if (_isWaiting && _waiting++ < Patience)
            return;
        if (_isWaiting && MayAbort())
        {
            // The answer to a write did not come. It may still be on its way when the abort is done, as it had the
            // same epoch before KIP-890: the coordinator's word for it must not count any more.
            _attempt++;
            End(commit: false);
            return;
        }
        if (_isWaiting)
            Abandon();
        if (_producer is null)
            Init();
        else if (_current is null || _current.Outcome != SimOutcome.Open)
            Begin();
        else if (_current.Acknowledged.Count > random.Next(4))
            End(commit: random.Next(3) > 0);
        else
            Write(random.Next(SimTransactions.Partitions));
    }

    private bool MayAbort() => !implicitly && _producer is not null
        && _current is { Outcome: SimOutcome.Open, CommitAsked: false } && random.Next(2) == 0;

    /// <summary>Gives up: a new process with the same id comes.</summary>
    private void Abandon()
    {
        if (_current is { Outcome: SimOutcome.Open })
            _current.Outcome = SimOutcome.Unknown;
        (_producer, _isWaiting) = (null, false);
        _attempt++;
    }

    private void Init() => Send<InitProducerIdResponse>(
        onAnswer => broker.Ask(
            new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 60_000 }, 5, onAnswer),
        answer =>
        {
            if (answer.ErrorCode == ErrorCode.None)
                Become(new ProducerIdAndEpoch(answer.ProducerId, answer.ProducerEpoch));
        });

    private void Become(ProducerIdAndEpoch producer)
    {
        if (producer != _producer)
            _sequences.Clear();
        _producer = producer;
    }

    private void Begin() =>
        Transactions.Add(_current = new SimTransaction($"{id}-{number}-{Transactions.Count}"));

    private void Write(int partition)
    {
        var (producer, current) = (_producer!.Value, _current!);
        if (current.Acknowledged.Contains(partition))
            return;
        if (implicitly)
            Produce(producer, current, partition);
        else
            Send<ErrorCode>(onAnswer => broker.Join(id, producer, partition, verifyOnly: false, 3, onAnswer), error =>
            {
                if (error == ErrorCode.None)
                    Produce(producer, current, partition);
                else if (error != ErrorCode.ConcurrentTransactions)
                    Abandon();
            });
    }

    private void Produce(ProducerIdAndEpoch producer, SimTransaction current, int partition)
    {
        var sequence = _sequences.GetValueOrDefault(partition);
        var onAnswer = Wait<ErrorCode>(error =>
        {
            if (error == ErrorCode.None)
            {
                current.Acknowledged.Add(partition);
                _sequences[partition] = sequence + 1;
            }
            else if (error != ErrorCode.ConcurrentTransactions)
            {
                Abandon();
            }
        });
        broker.Produce(id, producer, partition, sequence, current.Value, implicitly, onAnswer);
    }

    private void End(bool commit)
    {
        var (producer, current) = (_producer!.Value, _current!);
        current.CommitAsked |= commit;
        Send<EndTxnResponse>(onAnswer => broker.Ask(new EndTxnRequest
        {
            TransactionalId = id, ProducerId = producer.ProducerId, ProducerEpoch = producer.Epoch, Committed = commit,
        }, implicitly ? (short)5 : (short)4, onAnswer), answer =>
        {
            if (answer.ErrorCode != ErrorCode.None)
            {
                Abandon();
                return;
            }
            current.Outcome = commit ? SimOutcome.Committed : SimOutcome.Aborted;
            if (!implicitly && !commit)
                _producer = null;       // its sequences may have a hole: it goes on with the next epoch
            else if (implicitly)
                Become(new ProducerIdAndEpoch(answer.ProducerId, answer.ProducerEpoch));
        });
    }

    private void Send<T>(Action<Action<T>> handle, Action<T> onAnswer) => broker.Send(handle, Wait(onAnswer));

    // Answers to what a process before this one has asked are nobody's.
    private Action<T> Wait<T>(Action<T> onAnswer)
    {
        var attempt = _attempt;
        (_isWaiting, _waiting) = (true, 0);
        return answer =>
        {
            if (attempt != _attempt || !_isWaiting)
                return;
            _isWaiting = false;
            onAnswer(answer);
        };
    }
}
