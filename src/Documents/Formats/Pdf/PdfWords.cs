using System.Globalization;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>Words that PDF's objects begin and end with, in the bytes of a file.</summary>
internal static class PdfWords
{
    // "12 0 obj": where it starts, and its numbers.
    public static (int Start, int Number, int Generation)? Header(ReadOnlySpan<byte> pdf, int obj)
    {
        var at = obj;
        return
            Back(pdf, ref at) is { } generation and <= 65535
            && Back(pdf, ref at) is { } number and > 0 and <= PdfObjects.LargestNumber
            && (at == 0 || !IsLetter(pdf[at - 1]))
            ? (at, number, generation)
            : null;
    }

    private static int? Back(ReadOnlySpan<byte> pdf, ref int at)
    {
        var end = pdf[Math.Max(0, at - 32)..at].TrimEnd(" \t\r\n\f\0"u8).Length + Math.Max(0, at - 32);
        var start = end;
        while (start > 0 && end - start < 10 && pdf[start - 1] is >= (byte)'0' and <= (byte)'9')
        {
            start--;
        }

        if (start == end || (end == at && pdf[at] is >= (byte)'0' and <= (byte)'9'))
        {
            return null;
        }

        at = start;
        return int.TryParse(pdf[start..end], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
    }

    private static bool IsLetter(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'/' or (byte)'.';

    // The word that follows a dictionary and stands before a line's end.
    public static int StreamStart(ReadOnlySpan<byte> pdf, int from, int to)
    {
        for (var at = from; IndexOf(pdf[..to], "stream"u8, at) is >= 0 and var stream; at = stream + 6)
        {
            if (
                stream + 6 < pdf.Length
                && pdf[stream + 6] is (byte)'\r' or (byte)'\n'
                && pdf[from..stream].TrimEnd(" \t\r\n\f\0"u8).EndsWith(">>"u8)
            )
            {
                return stream;
            }
        }

        return -1;
    }

    public static int IndexOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> word, int from)
    {
        var index = bytes[from..].IndexOf(word);
        return index < 0 ? -1 : from + index;
    }
}
