using Platform.Protocol.Messages;

namespace Platform.Protocol.Records;

/// <summary>What a control record is to say: its type, its value, and the version in which the value is
/// written.</summary>
public readonly record struct ControlMessage(ControlRecordType Type, IMessage Value, short Version = 0);
