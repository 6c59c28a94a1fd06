namespace Platform.Protocol.Messages;

/// <summary>Anything declared in a schema file. One class serves all versions.</summary>
public interface IMessage
{
    /// <summary>Fills a fresh object; throws <see cref="ProtocolException"/> on malformed bytes.</summary>
    void Read(ref ProtocolReader reader, short version);

    /// <summary>Writes; throws <see cref="UnsupportedFieldException"/> when the version cannot carry a value.</summary>
    void Write(ProtocolWriter writer, short version);
}

/// <summary>The body of a request.</summary>
public interface IRequest : IMessage
{
    /// <summary>The API that it asks for.</summary>
    ApiKey ApiKey { get; }
}

/// <summary>The body of a request that is answered by <typeparamref name="TResponse"/>.</summary>
public interface IRequest<TResponse> : IRequest
    where TResponse : IResponse, new();

/// <summary>The body of a response.</summary>
public interface IResponse : IMessage
{
    /// <summary>The API that it answers.</summary>
    ApiKey ApiKey { get; }
}

/// <summary>A response that tells how long the broker will not listen to the client (KIP-219).</summary>
public interface IThrottledResponse : IResponse
{
    /// <summary>That time in ms; 0 when there is no quota, or none was exceeded.</summary>
    int ThrottleTimeMs { get; set; }
}

/// <summary>A record of the metadata log.</summary>
public interface IMetadataRecord : IMessage
{
    /// <summary>Its number in the log.</summary>
    short Type { get; }

    /// <summary>The newest version that the schema knows.</summary>
    short HighestSupportedVersion { get; }
}

/// <summary>The key of a record of a coordinator's topic; its type is written in front as the "version".</summary>
public interface ICoordinatorKey : IMessage
{
    /// <summary>The kind of record.</summary>
    short Type { get; }
}

/// <summary>The value of a record of a coordinator's topic; its version is written in front.</summary>
public interface ICoordinatorValue : IMessage
{
    /// <summary>The kind of record.</summary>
    short Type { get; }

    /// <summary>The newest version that the schema knows.</summary>
    short HighestSupportedVersion { get; }
}
