using System.Collections;
using Platform.Protocol.Generator;

namespace Platform.Protocol.Tests.Messages;

/// <summary>Compares a generated object with the values it should hold, property by property. Equal bytes alone would
/// not notice that reader and writer exchange two fields of the same type.</summary>
internal static class MessageComparer
{
    public static void AssertHolds(object message, StructValue expected, string path)
    {
        foreach (var (field, value) in expected)
        {
            var property = message.GetType().GetProperty(field.PropertyName);
            Assert.True(property is not null, $"{path} has no {field.PropertyName}");
            AssertEqual(field, value, property.GetValue(message), $"{path}.{field.Name}");
        }
    }

    private static void AssertEqual(FieldModel field, object? expected, object? actual, string path)
    {
        switch (expected)
        {
            case null:
                Assert.True(actual is null or RecordsData { IsNull: true }, $"{path} is not null");
                break;
            case StructValue fields:
                Assert.True(actual is not null, $"{path} is null");
                AssertHolds(actual, fields, path);
                break;
            case List<object?> list:
                AssertList(field, list, actual as IList, path);
                break;
            default:
                Assert.True(Equals(expected, Plain(actual)), $"{path} is {Show(actual)}, expected {Show(expected)}");
                break;
        }
    }

    private static void AssertList(FieldModel field, List<object?> expected, IList? actual, string path)
    {
        Assert.True(expected.Count == actual?.Count, $"{path} has {actual?.Count} elements, expected {expected.Count}");
        for (var i = 0; i < expected.Count; i++)
            AssertEqual(field, expected[i], actual![i], $"{path}[{i}]");
    }

    private static new bool Equals(object expected, object? actual) =>
        expected is byte[] bytes ? actual is byte[] other && bytes.SequenceEqual(other) : expected.Equals(actual);

    private static object? Plain(object? value) => value switch
    {
        sbyte or short or ushort or int or uint => Convert.ToInt64(value),
        ErrorCode code => (long)(short)code,
        RecordsData records => records.Memory.ToArray(),
        _ => value,
    };

    private static string Show(object? value) =>
        Plain(value) is byte[] bytes ? Convert.ToHexString(bytes) : $"{Plain(value)}";
}
