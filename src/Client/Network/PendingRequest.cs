using System.Buffers;
using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Network;

/// <summary>Who owns the frame of a response once it is decoded.</summary>
internal enum FrameOwner
{
    /// <summary>The connection: nothing in the response refers to the frame.</summary>
    Connection,
    /// <summary>The caller, who returns it to the pool.</summary>
    Caller,
    /// <summary>The garbage collector: records in the response go on referring to it.</summary>
    Collector,
}

/// <summary>A request that waits for its answer.</summary>
internal abstract class PendingRequest(ApiKeyInfo api, short version, FrameOwner frameOwner, long deadlineMs)
{
    public ApiKeyInfo Api => api;
    public short Version => version;
    public FrameOwner FrameOwner => frameOwner;
    public long DeadlineMs => deadlineMs;
    public int CorrelationId { get; set; }

    /// <summary>Decodes the frame and completes the request; throws when the frame is malformed.</summary>
    /// <param name="frame">The response from its correlation id on.</param>
    /// <param name="rented">The array to hand over, when the caller is to own it.</param>
    public abstract void Complete(ReadOnlyMemory<byte> frame, byte[]? rented);

    public abstract void Fail(Exception error);

    /// <summary>Reserves memory for a frame that is not decoded in place.</summary>
    public byte[] Allocate(int size) =>
        frameOwner == FrameOwner.Collector
            ? GC.AllocateUninitializedArray<byte>(size)
            : ArrayPool<byte>.Shared.Rent(size);
}

/// <summary>A request that waits for a <typeparamref name="TResponse"/>.</summary>
internal sealed class PendingRequest<TResponse>(ApiKeyInfo api, short version, FrameOwner frameOwner, long deadlineMs)
    : PendingRequest(api, version, frameOwner, deadlineMs)
    where TResponse : IResponse, new()
{
    private readonly TaskCompletionSource<(TResponse Response, byte[]? Frame)> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<(TResponse Response, byte[]? Frame)> Task => _completion.Task;

    public override void Complete(ReadOnlyMemory<byte> frame, byte[]? rented)
    {
        var reader = new ProtocolReader(frame);
        new ResponseHeader().Read(ref reader, Api.ResponseHeaderVersion(Version));
        var response = new TResponse();
        response.Read(ref reader, BodyVersion(frame.Span[reader.Position..]));
        _completion.TrySetResult((response, rented));
    }

    // KIP-511: a broker that does not know the asked version of ApiVersions answers with error 35 in version 0.
    private short BodyVersion(ReadOnlySpan<byte> body)
    {
        if (Api.Key != ApiKey.ApiVersions || body.Length < 2)
            return Version;
        return BinaryPrimitives.ReadInt16BigEndian(body) == (short)ErrorCode.UnsupportedVersion ? (short)0 : Version;
    }

    public override void Fail(Exception error) => _completion.TrySetException(error);
}
