using System.Buffers;
using System.Net.Sockets;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Network;

/// <summary>
/// One connection to one broker. Requests may be sent without waiting for earlier answers (pipelining); answers come
/// in the order of the requests. A request without an answer in time ends the connection, as its state is unknown.
/// </summary>
public sealed class BrokerConnection : IDisposable
{
    private readonly ClientOptions _options;
    private readonly IBrokerTransport _transport;
    private readonly FrameReader _frames;
    private readonly SendQueue _sendQueue;
    private readonly SemaphoreSlim _inFlight;
    private readonly Queue<PendingRequest> _pending = new();
    private readonly Lock _lock = new();
    private readonly ITimer _deadlineTimer;
    private long _nextDeadlineMs = long.MaxValue;
    private int _lastCorrelationId;
    private Exception? _failure;

    private BrokerConnection(BrokerEndpoint endpoint, ClientOptions options, IBrokerTransport transport)
    {
        Endpoint = endpoint;
        _options = options;
        _transport = transport;
        _frames = new FrameReader(transport, options.MaxResponseBytes);
        _sendQueue = new SendQueue(transport, Close);
        _inFlight = new SemaphoreSlim(options.MaxPipelinedRequests);
        _deadlineTimer = options.TimeProvider.CreateTimer(
            _ => CloseIfOverdue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        LastUsedMs = options.NowMs;
    }

    /// <summary>Where it leads to.</summary>
    public BrokerEndpoint Endpoint { get; }

    /// <summary>What the broker speaks.</summary>
    public BrokerVersions Versions { get; private set; } = null!;

    /// <summary>False once the connection failed or was closed.</summary>
    public bool IsOpen => Volatile.Read(ref _failure) is null;

    /// <summary>Requests that wait for an answer.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
                return _pending.Count;
        }
    }

    internal long LastUsedMs { get; private set; }

    /// <summary>Connects and learns the broker's versions.</summary>
    /// <exception cref="KafkaException">The broker cannot be reached, or does not answer in time.</exception>
    public static async Task<BrokerConnection> ConnectAsync(
        BrokerEndpoint endpoint, ClientOptions options, CancellationToken cancellation = default)
    {
        var setup = TimeSpan.FromMilliseconds(options.SocketConnectionSetupTimeoutMs);
        using var timeout = new CancellationTokenSource(setup, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var transport = await SocketTransport.ConnectAsync(endpoint, both.Token);
            return await OpenAsync(endpoint, options, transport, both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new KafkaException(ErrorCode.NetworkException,
                $"{endpoint} did not answer within {setup.TotalSeconds} s");
        }
        catch (SocketException e)
        {
            throw new KafkaException(ErrorCode.NetworkException, $"cannot connect to {endpoint}: {e.Message}", e);
        }
    }

    private static async Task<BrokerConnection> OpenAsync(
        BrokerEndpoint endpoint, ClientOptions options, IBrokerTransport transport, CancellationToken cancellation)
    {
        var connection = new BrokerConnection(endpoint, options, transport);
        try
        {
            _ = connection.ReceiveLoopAsync();
            connection.Versions = await VersionNegotiation.NegotiateAsync(connection, cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a request and waits for its answer. Records in the answer are slices of memory of their own and stay
    /// valid; use <see cref="SendPooledAsync"/> where that costs too much.
    /// </summary>
    /// <exception cref="KafkaException">The connection was lost, or the broker speaks no suitable version.</exception>
    public async ValueTask<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, RequestSettings settings = default, CancellationToken cancellation = default)
        where TResponse : IResponse, new()
    {
        var owner = request.ApiKey is ApiKey.Fetch or ApiKey.FetchSnapshot or ApiKey.ShareFetch
            ? FrameOwner.Collector : FrameOwner.Connection;
        var api = ApiKeys.Get(request.ApiKey);
        var version = Versions.Pick(api, settings.MaxVersion ?? short.MaxValue);
        return (await ExchangeAsync(request, api, version, owner, settings, cancellation)).Response;
    }

    /// <summary>As <see cref="SendAsync"/>, but records in the answer are valid only until it is disposed.</summary>
    public async ValueTask<PooledResponse<TResponse>> SendPooledAsync<TResponse>(
        IRequest<TResponse> request, RequestSettings settings = default, CancellationToken cancellation = default)
        where TResponse : IResponse, new()
    {
        var api = ApiKeys.Get(request.ApiKey);
        var version = Versions.Pick(api, settings.MaxVersion ?? short.MaxValue);
        var (response, frame) =
            await ExchangeAsync(request, api, version, FrameOwner.Caller, settings, cancellation);
        return new PooledResponse<TResponse>(response, frame);
    }

    /// <summary>Sends a request that has no answer (produce with acks=0); completes when it is written.</summary>
    public async ValueTask SendOneWayAsync(IRequest request, RequestSettings settings = default)
    {
        var api = ApiKeys.Get(request.ApiKey);
        var version = Versions.Pick(api, settings.MaxVersion ?? short.MaxValue);
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(RequestEncoder.Encode(request, api, version, _options.ClientId, settings.SizeHint), null, sent);
        await sent.Task;
    }

    internal async ValueTask<(TResponse Response, byte[]? Frame)> ExchangeAsync<TResponse>(
        IRequest<TResponse> request, ApiKeyInfo api, short version, FrameOwner owner, RequestSettings settings,
        CancellationToken cancellation)
        where TResponse : IResponse, new()
    {
        await _inFlight.WaitAsync(cancellation);
        try
        {
            var deadline = _options.NowMs + (settings.TimeoutMs ?? _options.RequestTimeoutMs);
            var pending = new PendingRequest<TResponse>(api, version, owner, deadline);
            Enqueue(RequestEncoder.Encode(request, api, version, _options.ClientId, settings.SizeHint), pending, null);
            return await pending.Task.WaitAsync(cancellation);
        }
        finally
        {
            _inFlight.Release();
        }
    }

    private void Enqueue(ProtocolWriter frame, PendingRequest? pending, TaskCompletionSource? sent)
    {
        bool mustPump;
        lock (_lock)
        {
            if (_failure is not null)
            {
                frame.Dispose();
                throw AsKafkaException(_failure);
            }
            RequestEncoder.SetCorrelationId(frame, ++_lastCorrelationId);
            mustPump = _sendQueue.Add(frame, sent);
            if (pending is not null)
                AddPending(pending);
            LastUsedMs = _options.NowMs;
        }
        if (mustPump)
            _ = _sendQueue.PumpAsync();
    }

    private void AddPending(PendingRequest pending)
    {
        pending.CorrelationId = _lastCorrelationId;
        _pending.Enqueue(pending);
        if (pending.DeadlineMs < _nextDeadlineMs)
            ScheduleDeadline(pending.DeadlineMs);
    }

    private void ScheduleDeadline(long deadlineMs)
    {
        _nextDeadlineMs = deadlineMs;
        var wait = TimeSpan.FromMilliseconds(Math.Max(1, deadlineMs - _options.NowMs));
        _deadlineTimer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private async Task ReceiveLoopAsync()
    {
        try
        {
            while (true)
            {
                var (size, correlationId) = await _frames.ReadHeadAsync();
                await ReceiveResponseAsync(TakePending(correlationId), size);
            }
        }
        catch (Exception e)
        {
            Close(e);
        }
        finally
        {
            _frames.Dispose();
        }
    }

    private PendingRequest TakePending(int correlationId)
    {
        lock (_lock)
        {
            if (!_pending.TryPeek(out var pending) || pending.CorrelationId != correlationId)
                throw new ProtocolException(
                    $"a response with correlation id {correlationId} answers no request in order");
            return pending;
        }
    }

    // The request stays in the queue until its whole frame is here, so that a lost connection fails it.
    private async ValueTask ReceiveResponseAsync(PendingRequest pending, int size)
    {
        if (pending.FrameOwner == FrameOwner.Connection && size <= FrameReader.BufferBytes)
        {
            var frame = await _frames.ReadInPlaceAsync(size);
            Complete(pending, frame, null);
            return;
        }
        var rented = pending.Allocate(size);
        await _frames.ReadIntoAsync(rented.AsMemory(0, size));
        Complete(pending, rented.AsMemory(0, size), pending.FrameOwner == FrameOwner.Caller ? rented : null);
        if (pending.FrameOwner == FrameOwner.Connection)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private void Complete(PendingRequest pending, ReadOnlyMemory<byte> frame, byte[]? rented)
    {
        try
        {
            pending.Complete(frame, rented);
        }
        catch (ProtocolException e)
        {
            throw new ProtocolException($"{pending.Api.Key} v{pending.Version} response of {Endpoint}: {e.Message}");
        }
        lock (_lock)
            _pending.TryDequeue(out _);
    }

    private void CloseIfOverdue()
    {
        PendingRequest? overdue;
        lock (_lock)
        {
            var now = _options.NowMs;
            overdue = _pending.FirstOrDefault(pending => pending.DeadlineMs <= now);
            _nextDeadlineMs = long.MaxValue;
            if (overdue is null && _pending.Count > 0)
                ScheduleDeadline(_pending.Min(pending => pending.DeadlineMs));
        }
        if (overdue is not null)
            Close(new KafkaException(ErrorCode.RequestTimedOut,
                $"{Endpoint} did not answer {overdue.Api.Key} in time"));
    }

    private void Close(Exception reason)
    {
        PendingRequest[] failed;
        lock (_lock)
        {
            if (_failure is not null)
                return;
            _failure = reason;
            failed = [.. _pending];
            _pending.Clear();
        }
        _deadlineTimer.Dispose();
        _transport.Dispose();
        _sendQueue.Dispose();
        foreach (var pending in failed)
            pending.Fail(AsKafkaException(reason));
    }

    private KafkaException AsKafkaException(Exception reason) => reason switch
    {
        KafkaException known => new KafkaException(known.Code, known.Message, known),
        ObjectDisposedException =>
            new KafkaException(ErrorCode.NetworkException, $"the connection to {Endpoint} was closed", reason),
        ProtocolException => new KafkaException(ErrorCode.CorruptMessage, reason.Message, reason),
        _ => new KafkaException(ErrorCode.NetworkException, $"lost the connection to {Endpoint}: {reason.Message}",
            reason),
    };

    /// <summary>Closes the connection; requests that wait for an answer fail.</summary>
    public void Dispose() => Close(new ObjectDisposedException(nameof(BrokerConnection)));

}
