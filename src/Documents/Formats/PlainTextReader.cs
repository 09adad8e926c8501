using System.Buffers;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Text without markup: a block for each run of lines between blank lines.</summary>
internal sealed class PlainTextReader(string text) : IFormatReader
{
    // A longer run of lines is several: all that comes after is made of pieces of bounded size.
    private const int MostBlockChars = 1024 * 1024;

    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n\f\u0085\u2028\u2029");

    // Let go when it is read, whoever still holds the reader: its blocks are as large.
    private string _text = text;

    public string Name => "text file";

    public bool HasText => true;

    public bool IsParsedByLibrary => false;

    public Document Read(Source source)
    {
        var blocks = new BlockList();
        AddParagraphs(Interlocked.Exchange(ref _text, ""), blocks, source);
        return new Document
        {
            ContentType = "text/plain",
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    /// <summary>Adds the paragraphs of a text, such as one inside a mail; or the blocks of a source file.</summary>
    public static void AddParagraphs(string text, BlockList blocks, Source source, BlockKind kind = BlockKind.Paragraph)
    {
        foreach (var paragraph in Paragraphs(text))
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            blocks.Add(kind, text[paragraph]);
        }
    }

    private static IEnumerable<Range> Paragraphs(string text)
    {
        var start = 0;
        for (var line = 0; line < text.Length; )
        {
            var next = NextLine(text, line);
            if (text.AsSpan(line, next - line).IsWhiteSpace())
            {
                yield return start..line;
                start = next;
            }
            else if (next - start > MostBlockChars && line > start)
            {
                yield return start..line;
                start = line;
            }

            while (next - start > MostBlockChars)
            {
                var end = EndOfWord(text, start, start + MostBlockChars);
                yield return start..end;
                start = end;
            }

            line = next;
        }

        yield return start..;
    }

    private static int NextLine(string text, int line) =>
        text.AsSpan(line).IndexOfAny(LineEnds) switch
        {
            < 0 => text.Length,
            var end when text.AsSpan(line + end).StartsWith("\r\n") => line + end + 2,
            var end => line + end + 1,
        };

    private static int EndOfWord(string text, int start, int end) =>
        text.AsSpan(start, end - start).LastIndexOf(' ') is > 0 and var space ? start + space
        : char.IsLowSurrogate(text[end]) ? end - 1
        : end;
}
