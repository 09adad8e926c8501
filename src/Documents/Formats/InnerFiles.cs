namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// The files inside a file (zip, mail), each read by the reader of its own format. However deep they lie, they share the
/// time and the bytes of the outermost one.
/// </summary>
internal sealed class InnerFiles(Source outer, BlockList blocks)
{
    private const int MostLevels = 4;

    // Opening a file costs more than its bytes: millions of empty ones end here too.
    private const int BytesOfAnyFile = 4096;

    private readonly CountingStream.Budget _budget = new(outer);
    private readonly List<(string Path, DocumentFault Fault)> _unread = [];
    private int _read;

    /// <summary>Adds its blocks below a heading that is its path; one that cannot be read is remembered.</summary>
    /// <exception cref="DocumentException">All files together are too large, or memory ran out.</exception>
    public void Add(string path, Func<Stream> open, string? charset = null)
    {
        try
        {
            _budget.Spend(BytesOfAnyFile);
            var document = DocumentReader.Read(
                new Source(Unfold(open), path, outer.Limits, outer.CancellationToken)
                {
                    Charset = charset,
                    Level = outer.Level < MostLevels ? outer.Level + 1 : throw TooLarge(),
                    Outer = _budget,
                }
            );
            _read++;
            blocks.Add(BlockKind.Heading, path, level: 1, place: path);
            foreach (var block in document.Blocks)
            {
                blocks.Add(
                    block with
                    {
                        Level = block.Level > 0 ? Math.Min(block.Level + 1, 6) : 0,
                        Place = block.Place is { } place ? $"{path}/{place}" : path,
                    }
                );
            }
        }
        catch (DocumentException e) when (!_budget.IsOverrun && e.Fault != DocumentFault.Exhausted)
        {
            AddUnread(path, e.Fault);
        }
        catch (InvalidDataException)
        {
            AddUnread(path, DocumentFault.Corrupt);
        }
    }

    public void AddUnread(string path, DocumentFault fault) => _unread.Add((path, fault));

    /// <summary>Names the files that were not read in a last paragraph.</summary>
    public void NameUnread() => blocks.AddUnread(_unread.Select(file => (file.Path, Reason(file.Fault))));

    /// <exception cref="DocumentException">There is no file that can be read.</exception>
    public void RequireOne(string kind)
    {
        if (_read > 0)
        {
            return;
        }

        var faults = _unread.Select(file => file.Fault).Distinct().ToList();
        throw faults.Count == 0
            ? new DocumentException(DocumentFault.Empty, $"The {kind} has no files.")
            : new DocumentException(
                faults is [var fault] ? fault : DocumentFault.Unsupported,
                $"No file in the {kind} can be read ({string.Join(", ", faults.Select(Reason))})."
            );
    }

    private byte[] Unfold(Func<Stream> open)
    {
        using var content = new CountingStream(open(), _budget);
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; (read = content.Read(buffer)) > 0; )
        {
            if (bytes.Length + read > outer.Limits.Bytes)
            {
                throw TooLarge();
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    private static DocumentException TooLarge() =>
        new(DocumentFault.TooLarge, $"A file inside is too large, or more than {MostLevels} files deep.");

    private static string Reason(DocumentFault fault) =>
        fault switch
        {
            DocumentFault.Empty => "no text",
            DocumentFault.NoTextLayer => "no text layer",
            DocumentFault.Encrypted => "needs a password",
            DocumentFault.Corrupt => "broken",
            DocumentFault.TooLarge => "too large or too deep",
            _ => "not supported",
        };
}
