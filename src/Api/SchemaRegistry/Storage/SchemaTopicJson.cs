using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// Source-generated shapes of the records of the schemas topic; used through <see cref="SchemaTopicCodec"/>.
/// </summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SchemaTopicKey))]
[JsonSerializable(typeof(SchemaValue))]
[JsonSerializable(typeof(ConfigValue))]
[JsonSerializable(typeof(ModeValue))]
[JsonSerializable(typeof(DeleteSubjectValue))]
[JsonSerializable(typeof(NoopValue))]
internal sealed partial class SchemaTopicJson : JsonSerializerContext;
