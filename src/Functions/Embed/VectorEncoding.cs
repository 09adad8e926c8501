using System.Net;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Http;

namespace EmbeddingFunctions.Functions.Embed;

/// <summary>From vectors to what is serialised.</summary>
internal static class VectorEncoding
{
    /// <summary>What turns vectors into what is serialised.</summary>
    /// <param name="ranges">
    /// Needed for int8 and uint8: those of one request's vectors would be others than those of the next, and what they give could
    /// not be compared.
    /// </param>
    /// <exception cref="InvalidRequestException">Format, ranges and dimensions do not fit together.</exception>
    public static Func<ReadOnlyMemory<float>, object> Of(
        EncodingFormat format,
        QuantizationRanges? ranges,
        int dimensions
    )
    {
        if ((format is EncodingFormat.Int8 or EncodingFormat.Uint8) != (ranges is not null))
        {
            throw Refused(
                ranges is null
                    ? "'ranges' is missing; int8 and uint8 need the least and the greatest value of each dimension, two arrays."
                    : "'ranges' is there; only encoding_format int8 and uint8 use it."
            );
        }

        if (ranges is not null && ranges.Dimensions != dimensions)
        {
            throw Refused($"'ranges' has {ranges.Dimensions} dimensions; the vectors have {dimensions}.");
        }

        if (format is EncodingFormat.Binary or EncodingFormat.Ubinary && dimensions % 8 != 0)
        {
            throw Refused($"The vectors have {dimensions} dimensions; binary and ubinary take a multiple of 8.");
        }

        return format switch
        {
            EncodingFormat.Base64 => vector => Quantization.ToBase64(vector.Span),
            EncodingFormat.Int8 => vector => ranges!.ToInt8(vector.Span),
            EncodingFormat.Uint8 => vector => Numbers(ranges!.ToUInt8(vector.Span)),
            EncodingFormat.Binary => vector => Quantization.ToBinary(vector.Span),
            EncodingFormat.Ubinary => vector => Numbers(Quantization.ToUBinary(vector.Span)),
            _ => vector => vector,
        };
    }

    // An array of bytes would be written as base64.
    private static int[] Numbers(byte[] bytes) => Array.ConvertAll(bytes, one => (int)one);

    private static InvalidRequestException Refused(string message) => new(message, HttpStatusCode.UnprocessableEntity);
}

/// <summary>How a vector stands in an answer.</summary>
internal enum EncodingFormat
{
    Float,
    Base64,
    Int8,
    Uint8,
    Binary,
    Ubinary,
}
