using System.Security.Cryptography;
using System.Text;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Sync;

namespace EmbeddingFunctions.Functions.Documents;

/// <summary>
/// The table's continuation token as one word for a query string. A checksum before it ties it to its query: Azure's tables take
/// some wrong tokens without a word and answer with wrong pages.
/// </summary>
internal static class ContinuationWord
{
    private const int ChecksumBytes = 8;

    public static string? Encode(string? token, LedgerQuery query) =>
        token is null ? null : Convert.ToHexStringLower([.. Checksum(token, query), .. Encoding.UTF8.GetBytes(token)]);

    /// <exception cref="InvalidRequestException">It is not one that was given for this query.</exception>
    public static string? Decode(string? word, LedgerQuery query)
    {
        if (word is null)
        {
            return null;
        }

        try
        {
            var bytes = Convert.FromHexString(word);
            if (bytes.Length > ChecksumBytes)
            {
                var token = Encoding.UTF8.GetString(bytes.AsSpan(ChecksumBytes));
                if (bytes.AsSpan().StartsWith(Checksum(token, query)))
                {
                    return token;
                }
            }
        }
        catch (FormatException)
        {
            // not even hexadecimal
        }

        throw new InvalidRequestException(
            "'continuation' is not one that an earlier answer gave to the same container, state, prefix and since."
        );
    }

    private static byte[] Checksum(string token, LedgerQuery query) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{query.ToFilter()}\n{token}"))[..ChecksumBytes];
}
