using System.Buffers.Binary;

namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>Smaller forms of vectors, as sentence-transformers has them.</summary>
public sealed class QuantizationTests
{
    private static readonly Expected Reference = Files.Read<Expected>(Files.Own("quantization.json"));

    [Fact]
    public void Int8_and_uint8_equal_the_references()
    {
        var ranges = QuantizationRanges.Of([.. Reference.Vectors.Select(Memory)]);
        Reference.Vectors.Select(vector => ranges.ToInt8(vector)).ShouldBe(Reference.Int8);
        Reference.Vectors.Select(vector => ranges.ToUInt8(vector)).ShouldBe(Bytes(Reference.UInt8));
        var calibrated = QuantizationRanges.Of([.. Reference.Calibration.Select(Memory)]);
        Reference.Vectors.Select(vector => calibrated.ToInt8(vector)).ShouldBe(Reference.Int8Calibrated);
    }

    [Fact]
    public void Binary_and_ubinary_equal_the_references()
    {
        Reference.Vectors.Select(vector => Quantization.ToBinary(vector)).ShouldBe(Reference.Binary);
        Reference.Vectors.Select(vector => Quantization.ToUBinary(vector)).ShouldBe(Bytes(Reference.UBinary));
        Quantization.ToUBinary([1, 0, -1, -0f, float.NaN, 0.5f, 0, 2]).ShouldBe([0b1000_0101]);
    }

    [Fact]
    public void What_lies_outside_the_ranges_is_taken_to_their_ends()
    {
        var ranges = new QuantizationRanges([-1, -1, 3], [1, 1, 3]);
        ranges.ToInt8([-5, 5, 3]).ShouldBe([-128, 127, 0]);
        ranges.ToUInt8([-5, 5, 3]).ShouldBe([0, 255, 0]);
    }

    [Fact]
    public void Base64_is_little_endian_float32()
    {
        var bytes = Convert.FromBase64String(Quantization.ToBase64([1, -0.5f]));
        bytes.Length.ShouldBe(8);
        BinaryPrimitives.ReadSingleLittleEndian(bytes).ShouldBe(1);
        BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4)).ShouldBe(-0.5f);
        Quantization.ToBase64([1]).ShouldBe("AACAPw==");
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Should
            .Throw<ArgumentException>(() => Quantization.ToBinary(new float[12]))
            .Message.ShouldContain("12 dimensions");
        Should.Throw<ArgumentException>(() => QuantizationRanges.Of([]));
        Should.Throw<ArgumentException>(() => QuantizationRanges.Of([new float[2], new float[3]]));
        Should.Throw<ArgumentException>(() => new QuantizationRanges([1, 2], [1]));
        Should
            .Throw<ArgumentException>(() => new QuantizationRanges([1, 2], [1, 1]))
            .Message.ShouldContain("dimension 1 goes from 2 to 1");
        Should.Throw<ArgumentException>(() => new QuantizationRanges([1], [2]).ToInt8([1, 2]));
    }

    private static ReadOnlyMemory<float> Memory(float[] vector) => vector;

    private static IEnumerable<byte[]> Bytes(int[][] rows) => rows.Select(row => row.Select(x => (byte)x).ToArray());

    private sealed record Expected(
        float[][] Vectors,
        float[][] Calibration,
        sbyte[][] Int8,
        [property: System.Text.Json.Serialization.JsonPropertyName("uint8")] int[][] UInt8,
        sbyte[][] Int8Calibrated,
        [property: System.Text.Json.Serialization.JsonPropertyName("ubinary")] int[][] UBinary,
        sbyte[][] Binary
    );
}
