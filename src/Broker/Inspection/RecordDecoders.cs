using System.Text;
using Platform.Broker.Tiering;
using Platform.Cluster.Coordination;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Broker.Inspection;

/// <summary>How keys and values of records are shown.</summary>
public enum RecordDecoder
{
    /// <summary>As text, or base 64 when they are no text.</summary>
    Text,
    /// <summary>Records of <c>__cluster_metadata</c>.</summary>
    Metadata,
    /// <summary>Records of <c>__consumer_offsets</c>.</summary>
    Offsets,
    /// <summary>Records of <c>__transaction_state</c>.</summary>
    Transactions,
    /// <summary>Records of <c>__share_group_state</c>.</summary>
    ShareGroups,
    /// <summary>Records of <c>__remote_log_metadata</c>.</summary>
    RemoteLogMetadata,
}

/// <summary>Turns keys and values of records into what is shown of them.</summary>
internal static class RecordDecoders
{
    /// <summary>The decoder for the topic of a file in a partition's directory.</summary>
    public static RecordDecoder For(string directory)
    {
        var name = Path.GetFileName(directory);
        var topic = name.LastIndexOf('-') is > 0 and var dash ? name[..dash] : name;
        return topic switch
        {
            "__cluster_metadata" => RecordDecoder.Metadata,
            "__consumer_offsets" => RecordDecoder.Offsets,
            "__transaction_state" => RecordDecoder.Transactions,
            "__share_group_state" => RecordDecoder.ShareGroups,
            RemoteLogMetadataManager.Topic => RecordDecoder.RemoteLogMetadata,
            _ => RecordDecoder.Text,
        };
    }

    /// <summary>Key and value of a record; what cannot be decoded is shown as bytes, with the reason.</summary>
    public static IEnumerable<(string, object?)> Decode(RecordDecoder decoder, Record record, bool isControl)
    {
        try
        {
            return isControl ? DecodeControl(record) : decoder switch
            {
                RecordDecoder.Metadata => DecodeMetadata(record),
                RecordDecoder.Offsets => DecodeCoordinator(CoordinatorRecordTypes.ConsumerOffsets, record),
                RecordDecoder.Transactions => DecodeCoordinator(CoordinatorRecordTypes.TransactionState, record),
                RecordDecoder.ShareGroups => DecodeCoordinator(CoordinatorRecordTypes.ShareGroupState, record),
                RecordDecoder.RemoteLogMetadata => DecodeRemoteLogMetadata(record),
                _ => Plain(record),
            };
        }
        catch (Exception error) when (error is ProtocolException or CorruptRecordException)
        {
            return [.. Plain(record), ("undecodable", error.Message)];
        }
    }

    private static (string, object?)[] Plain(Record record) =>
        [("key", Text(record.Key)), ("payload", Text(record.Value))];

    private static (string, object?)[] DecodeControl(Record record)
    {
        var control = ControlRecord.Parse(record);
        if (control.Type is ControlRecordType.Abort or ControlRecordType.Commit)
            return [("endTxnMarker", control.Type.ToString().ToUpperInvariant()), ("coordinatorEpoch", control.ReadCoordinatorEpoch())];
        return [("controlType", control.Type.ToString()), ("payload", ControlValue(control) ?? (object?)Text(control.Value))];
    }

    private static IMessage? ControlValue(ControlRecord control)
    {
        IMessage? message = control.Type switch
        {
            ControlRecordType.LeaderChange => new LeaderChangeMessage(),
            ControlRecordType.SnapshotHeader => new SnapshotHeaderRecord(),
            ControlRecordType.SnapshotFooter => new SnapshotFooterRecord(),
            _ => null,
        };
        var reader = new ProtocolReader(control.Value);
        message?.Read(ref reader, 0);
        return message;
    }

    private static (string, object?)[] DecodeMetadata(Record record)
    {
        var message = MetadataRecordSerde.Read(record.Value ?? ReadOnlyMemory<byte>.Empty);
        return [("type", message.GetType().Name), ("payload", message)];
    }

    private static (string, object?)[] DecodeRemoteLogMetadata(Record record)
    {
        var message = RemoteLogMetadataSerde.ReadMessage(record.Value ?? ReadOnlyMemory<byte>.Empty);
        return [("type", message.GetType().Name), ("payload", message)];
    }

    private static (string, object?)[] DecodeCoordinator(CoordinatorRecordCodec codec, Record record)
    {
        var decoded = codec.Decode(record.Key ?? ReadOnlyMemory<byte>.Empty, record.Value);
        return decoded is null
            ? Plain(record)
            : [("type", decoded.Key.GetType().Name), ("key", decoded.Key), ("payload", decoded.Value)];
    }

    private static string? Text(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } present)
            return null;
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        try
        {
            var text = strict.GetString(present.Span);
            return text.Any(static letter => char.IsControl(letter) && letter is not ('\t' or '\n' or '\r'))
                ? Base64(present)
                : text;
        }
        catch (ArgumentException)
        {
            return Base64(present);
        }
    }

    private static string Base64(ReadOnlyMemory<byte> bytes) => "base64:" + Convert.ToBase64String(bytes.Span);
}
