namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>One reason why one schema cannot read what another one writes.</summary>
internal interface IIncompatibility
{
    /// <summary>Confluent's name of the reason, for which clients search.</summary>
    string ErrorType { get; }

    /// <summary>Where in the schema: a JSON pointer, or for Protobuf the message and the field's number.</summary>
    string Pointer { get; }

    /// <summary>What is wrong, in a sentence. The schemas are called "new" and "old".</summary>
    string Explain(string reader, string writer);

    /// <summary>What the author of the new schema may do about it.</summary>
    string Fix { get; }

    /// <summary>The pseudo-JSON that clients of the registry know.</summary>
    string Describe(string reader, string writer);
}
