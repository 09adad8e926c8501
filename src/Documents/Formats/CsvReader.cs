using System.Text;
using Sylvan.Data.Csv;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// Rows of cells as tables, the first row the header. Lines of one cell before the first row of several are a title.
/// A quote that is never closed is a letter, as are all quotes after it.
/// </summary>
internal sealed class CsvReader(string text) : IFormatReader
{
    private const int MostRowChars = 16 * 1024 * 1024;

    // No text has this character: with it for a quote, quotes are letters; with it for comments, nothing is one.
    private const char None = '\0';
    private const int SampleChars = 64 * 1024;

    // A larger table is several, each with the header: no text is built that needs one piece of memory.
    private const int MostTableChars = 1024 * 1024;
    private const int MostTitleLines = 10;

    // In this order where several explain the lines: a decimal comma is likelier than a semicolon in every row.
    private const string Delimiters = "\t;,|";

    public string Name => "CSV file";

    public bool HasText => true;

    public Document Read(Source source)
    {
        var blocks = new BlockList();
        try
        {
            AddTables(Rows(source), blocks);
        }
        catch (CsvRecordTooLargeException)
        {
            return new PlainTextReader(text).Read(source);
        }

        return new Document
        {
            ContentType = source.Extension is ".tsv" or ".tab" ? "text/tab-separated-values" : "text/csv",
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    private static void AddTables(IEnumerable<string[]> rows, BlockList blocks)
    {
        var title = new List<string>();
        var table = new StringBuilder();
        string? header = null;
        foreach (var row in rows)
        {
            var cells = row.Select(BlockList.OneLine).ToList();
            var line = string.Join(" | ", cells);
            switch (cells.Count(cell => cell.Length > 0))
            {
                case 0:
                    continue;
                case 1 when header is null && title.Count < MostTitleLines:
                    title.Add(string.Concat(cells));
                    continue;
                case > 1 when header is null:
                    title.ForEach(paragraph => blocks.Add(BlockKind.Paragraph, paragraph));
                    title.Clear();
                    break;
            }

            header ??= title.FirstOrDefault() ?? line;
            if (table.Length + line.Length > MostTableChars)
            {
                blocks.Add(BlockKind.Table, table.ToString());
                table.Clear().Append(header);
            }

            table.AppendJoin('\n', title).Append(title.Count > 0 ? "\n" : "");
            title.Clear();
            table.Append(table.Length > 0 && table[^1] != '\n' ? "\n" : "").Append(line);
        }

        table.AppendJoin('\n', title);
        blocks.Add(BlockKind.Table, table.ToString());
    }

    private IEnumerable<string[]> Rows(Source source)
    {
        var (start, delimiter) = Start(source.Extension);
        foreach (var quote in (char[])['"', None])
        {
            using var rest = new StringReader(text);
            for (var skipped = 0; skipped < start; skipped++)
            {
                _ = rest.Read();
            }

            using var reader = CsvDataReader.Create(
                rest,
                new CsvDataReaderOptions
                {
                    HasHeaders = false,
                    Delimiter = delimiter,
                    Quote = quote,
                    Escape = quote,
                    Comment = None,
                    CsvStyle = CsvStyle.Lax,
                    MaxBufferSize = MostRowChars,
                }
            );
            while (Next(reader, quote) is { } isRow)
            {
                if (!isRow)
                {
                    yield break;
                }

                var record = reader.GetRawRecordSpan();
                if (quote != None && IsUnclosed(record, start, text))
                {
                    break;
                }

                source.CancellationToken.ThrowIfCancellationRequested();
                start += record.Length;
                yield return [.. Enumerable.Range(0, reader.RowFieldCount).Select(reader.GetString)];
            }
        }
    }

    // Null for a quote whose end is not in sight.
    private static bool? Next(CsvDataReader reader, char quote)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvRecordTooLargeException) when (quote != None)
        {
            return null;
        }
    }

    private static bool IsUnclosed(ReadOnlySpan<char> record, int start, string text) =>
        start + record.Length >= text.Length && record.TrimEnd().ContainsAny('\r', '\n') && record.Count('"') % 2 == 1;

    private (int Start, char Delimiter) Start(string extension)
    {
        // Spreadsheets write the delimiter into a line of its own.
        if (
            text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)
            && text.AsSpan().IndexOfAny('\r', '\n') == "sep=;".Length
        )
        {
            return ("sep=;".Length, text["sep=".Length]);
        }

        return (
            0,
            extension is ".tsv" or ".tab" ? '\t' : Delimiter(text.AsSpan(0, Math.Min(text.Length, SampleChars)))
        );
    }

    // The one that most lines have equally often.
    private static char Delimiter(ReadOnlySpan<char> sample)
    {
        var lines = Delimiters.Select(_ => new Dictionary<int, int>()).ToArray();
        var counts = new int[Delimiters.Length];
        var isQuoted = false;
        foreach (var c in sample)
        {
            isQuoted ^= c == '"';
            if (c is '\r' or '\n' && !isQuoted)
            {
                EndLine(lines, counts);
            }
            else if (!isQuoted && Delimiters.IndexOf(c, StringComparison.Ordinal) is >= 0 and var found)
            {
                counts[found]++;
            }
        }

        EndLine(lines, counts);
        var best = Enumerable.Range(0, lines.Length).MaxBy(i => lines[i].Values.DefaultIfEmpty().Max());
        return lines[best].Count > 0 ? Delimiters[best] : ',';
    }

    private static void EndLine(Dictionary<int, int>[] lines, int[] counts)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                lines[i][counts[i]] = lines[i].GetValueOrDefault(counts[i]) + 1;
            }

            counts[i] = 0;
        }
    }
}
