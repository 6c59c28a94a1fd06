using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Tests.Fakes;

/// <summary>One request that reached a fake broker.</summary>
internal sealed record FakeExchange(FakeBroker Broker, RequestHeader Header, IRequest Request)
{
    public ApiKey Key => (ApiKey)Header.RequestApiKey;
    public short Version => Header.RequestApiVersion;
}

/// <summary>What a fake broker does with a request.</summary>
internal abstract record Reaction
{
    /// <summary>Answers.</summary>
    public sealed record Respond(IResponse Response, short? Version = null) : Reaction;

    /// <summary>Closes the connection instead of answering.</summary>
    public sealed record Disconnect : Reaction;

    /// <summary>Sends half of the answer, then closes the connection.</summary>
    public sealed record DisconnectMidFrame(IResponse Response) : Reaction;

    /// <summary>Never answers.</summary>
    public sealed record Ignore : Reaction;

    /// <summary>Handles the request as usual, but the answer is lost with the connection.</summary>
    public sealed record LoseResponse : Reaction;

    /// <summary>Answers once the task is done.</summary>
    public sealed record RespondAfter(Task Gate) : Reaction;
}
