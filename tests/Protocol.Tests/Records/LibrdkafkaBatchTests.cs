using Platform.Protocol.Records;
using static Platform.Protocol.Tests.Records.RecordBatchTests;

namespace Platform.Protocol.Tests.Records;

/// <summary>Batches of thirty records that librdkafka 2.0.2 produced with each of its codecs.</summary>
public sealed class LibrdkafkaBatchTests
{
    private const string Gzip =
        "AAAAAAAAAAAAAAGSAAAAAAIWNNzCAAEAAAAdAAABof0osfQAAAGh/Six9P//////////////////AAAAHh+LCAAAAAAAAAO9lEtKA2EQ" +
        "BieDiAQRERGRII2IiIhkuvOYeBsXAUG3Ct7UY2Tp0qSgvxv0v6tdUZvaTbqum35sf4b57+T77fNra8PcGkD3tzf3mAeZB2sAff/eD7u9" +
        "/Qi7y+7WAOg+xhwyhzUAdZ9gX8i+sAZA9xTzUualNQB1n2Jfyb6yBkD3Gea1zGtrAOo+xz7KPloDoPsC80bmjTUAdV8e7K6ved6nFOi+" +
        "wqyved6nFNR9jV1f87xPKdB9g1lf87xPKah7hl1f87xPKdB9i1lf87xPKajbsOtrnvcpBbrvMOtrnvcpBXXfY9fXPO9TCnQ/YNbXPO9T" +
        "Cup+PNhDX4u8TynQ/YRZX4u8Tymo+xm7vhZ5n1Kg+wWzvhZ5n1JQ9xy7vhZ5n1Kg2zHra5H3KQV1L7Dra5H3KQW6V5j1tcj7lIK6R+z6" +
        "WuR9SoHuV8z6WuR9SoHuf4b+CKyIDgAA";

    private const string Snappy =
        "AAAAAAAAAB4AAAKCAAAAAALR6c8EAAIAAAAdAAABof0oshYAAAGh/SiyFv//////////////////AAAAHogdVPABAAAACmtleTEw2AF2" +
        "YWx1ZSAxMCD+CQCKCQAUAPgBAAACBXoAMRV6ADERev4JAG4JABACAmgCMQH4AAQFfgAyFX4AMhF+/gkAbgkABfgABgV6ADMVegAzEXr+" +
        "CQBuCQAV+AAIBX4ANBV+ADQRfv4JAG4JAAX4AAoFegA1FXoANRF6/gkAbgkAFfgADAV+ADYVfgA2EX7+CQBuCQAF+AAOBXoANxV6ADcR" +
        "ev4JAG4JABX4ABAFfgA4FX4AOBF+/gkAbgkABfgAEgV6ADkVegA5EXr+CQBuCQAV+AAUAX4AMpXYADKR2P4JAHIJAAX4ABYFepXYADKR" +
        "z/4JAHIJABX4ABgFfpXYADKRz/4JAHIJAAX4ABoFepXYADKRz/4JAHIJABX4ABwFfpXYADKRz/4JAHIJAAX4AB4FepXYADKRz/4JAHIJ" +
        "ABX4ACAFfpXYADKRz/4JAHIJAAX4ACIFepXYADKRz/4JAHIJABX4ACQFfpXYADKRz/4JAHIJAAX4ACYFepXYADKRz/4JAHIJABX4ACgB" +
        "fgAzldgAM5HY/gkAcgkABfgAKgV6ldgAM5HY/gkAcgkAFfgALAV+ldgAM5HY/gkAcgkABfgALgV6ldgAM5HY/gkAcgkAFfgAMAV+ldgA" +
        "M5HY/gkAcgkABfgAMgV6ldgAM5HY/gkAcgkAFfgANAV+ldgAM5HY/gkAcgkABfgANgV6ldgAM5HY/gkAcgkAFfgAOAV+ldgAM5HY/gkA" +
        "cgkABfgAOgV6ADkesAkAM5HY/gkAcgkAEAICaAIx";

    private const string Lz4 =
        "AAAAAAAAADwAAAJ9AAAAAAIzfIavAAMAAAAdAAABof0oshcAAAGh/SiyF///////////////////AAAAHgQiTRhgQII9AgAA/wfwAQAA" +
        "AAprZXkxMNgBdmFsdWUgMTAgCQBQYQD4AQAAAnoAFTF6ABQxegAPCQBJUAICaAIx+AARBH4AFTJ+ABQyfgAPCQBJAfgAEQZ6ABUzegAU" +
        "M3oADwkASQX4ABEIfgAVNH4AFDR+AA8JAEkB+AARCnoAFTV6ABQ1egAPCQBJBfgAEQx+ABU2fgAUNn4ADwkASQH4ABEOegAVN3oAFDd6" +
        "AA8JAEkF+AAREH4AFTh+ABQ4fgAPCQBJAfgAERJ6ABU5egAUOXoADwkASQX4ABAUfgAVMtgEFDLYBA8JAEoB+AARFnoABdgEFDLPBA8J" +
        "AEoF+AARGH4ABdgEFDLPBA8JAEoB+AARGnoABdgEFDLPBA8JAEoF+AARHH4ABdgEFDLPBA8JAEoB+AARHnoABdgEFDLPBA8JAEoF+AAR" +
        "IH4ABdgEFDLPBA8JAEoB+AARInoABdgEFDLPBA8JAEoF+AARJH4ABdgEFDLPBA8JAEoB+AARJnoABdgEFDLPBA8JAEoF+AAQKH4AFTPY" +
        "BBQz2AQPCQBKAfgAESp6AAXYBBQz2AQPCQBKBfgAESx+AAXYBBQz2AQPCQBKAfgAES56AAXYBBQz2AQPCQBKBfgAETB+AAXYBBQz2AQP" +
        "CQBKAfgAETJ6AAXYBBQz2AQPCQBKBfgAETR+AAXYBBQz2AQPCQBKAfgAETZ6AAXYBBQz2AQPCQBKBfgAETh+AAXYBBQz2AQPCQBKAfgA" +
        "ETp6AAXYBBQz2AQPCQBKUAICaAIxAAAAAA==";

    private const string Zstd =
        "AAAAAAAAAFoAAAEqAAAAAAL3vwYGAAQAAAAdAAABof0osh4AAAGh/SiyHv//////////////////AAAAHii1L/0AWIUHAIKIHiSgRR3n" +
        "PlxVVVWNmxfxWKtq3GSSSaaUwtjGtsI1rnGNXLYNSaaKEGJrlf9nzN17re1OZsruRFlZkpwcaQ3y/2DM4a7WanQzmBe7Cl3dRG4uorXD" +
        "v4GxgjthLad7wCzYDdylSBFCVMW7FHAqVT0ZjEWTAFI3z8W5uxQFgJCokeFN074B4JXlEqBACii0Mv7/f/zJQEnKcXnDPB15U1BNVlJN" +
        "I/2MEUGrSce1WsEE7gwclxzYEzoqYfBnkfYUqpIYsEmNXR+CArMK2RDcGTSWRlwTQ0xCo+cP91RYk0Kq982OzQ5kQvall8gfYGtXAQ==";

    [Theory]
    [InlineData(Gzip, CompressionType.Gzip)]
    [InlineData(Snappy, CompressionType.Snappy)]
    [InlineData(Lz4, CompressionType.Lz4)]
    [InlineData(Zstd, CompressionType.Zstd)]
    public void Batches_of_librdkafka_are_read(string base64, CompressionType codec)
    {
        var batch = RecordBatch.Parse(Convert.FromBase64String(base64));

        Assert.True(batch.IsCrcValid);
        Assert.Equal((codec, 30), (batch.Header.Compression, batch.Header.RecordCount));
        var number = 10;
        foreach (var record in batch.Records(maxDecompressedBytes: 10_000))
        {
            Assert.Equal($"key{number}", Text(record.Key));
            Assert.Equal(string.Concat(Enumerable.Repeat($"value {number} ", 12)), Text(record.Value));
            Assert.Equal(number % 2, record.Headers.Count);
            number++;
        }
        Assert.Equal(40, number);
    }
}
