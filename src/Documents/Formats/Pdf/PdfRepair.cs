using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>
/// A PDF says at its end where its objects are. Where that is lost, as in a download that broke off, the objects that are whole
/// are looked for, and a new end (ISO 32000-1, 7.5.8) that lists them is put behind the file.
/// </summary>
internal sealed partial class PdfRepair(PdfObjects objects)
{
    private const int EndBytes = 2048;

    private readonly Dictionary<int, PdfPlace> _places = new(objects.Places);

    [GeneratedRegex(@"/Parent\s+(?<number>\d{1,9})\s+\d+\s+R", RegexOptions.NonBacktracking)]
    private static partial Regex Parent { get; }

    [GeneratedRegex(@"/Pages\s+(?<number>\d{1,9})\s+\d+\s+R", RegexOptions.NonBacktracking)]
    private static partial Regex Pages { get; }

    /// <summary>False for a file that was cut off: its last end, if any, has objects behind it.</summary>
    public static bool HasEnd(ReadOnlySpan<byte> pdf) =>
        pdf.LastIndexOf("startxref"u8) is >= 0 and var end && pdf[end..].IndexOf(" obj"u8) < 0;

    /// <summary>
    /// The file with a new end. IsPart says that nobody knows what it had: the list of its pages is not whole, or something was replaced. Null where
    /// there is no page, or where the file is encrypted: what is needed to decrypt it is at the lost end.
    /// </summary>
    public static (byte[] Bytes, bool IsPart)? Rebuild(Source source)
    {
        var start = Math.Max(0, source.Bytes.AsSpan().IndexOf("%PDF-"u8));
        var pdf = source.Bytes.AsSpan(start);
        var objects = new PdfObjects(pdf, source);
        return objects.IsEncrypted ? null : new PdfRepair(objects).WithEnd(pdf);
    }

    private (byte[] Bytes, bool IsPart)? WithEnd(ReadOnlySpan<byte> pdf)
    {
        // Pages whose place in the tree is lost come in the order in which they are in the file.
        var roots = objects
            .PageNodes.Where(node => !objects.PageNodes.ContainsKey(Reference(Parent, node.Value)))
            .Select(node => node.Key)
            .ToList();
        if (roots.Count == 0)
        {
            return null;
        }

        using var file = new MemoryStream(pdf.Length + (32 * _places.Count) + EndBytes);
        file.Write(pdf);
        // The library would find what is broken, and take what follows for its end.
        foreach (var at in objects.Broken)
        {
            file.Position = at;
            file.Write("   "u8);
        }

        file.Position = file.Length;
        file.WriteByte((byte)'\n');
        // Objects that are lost may be referred to by any number below.
        var next = PdfObjects.LargestNumber + 1;
        var isWhole = objects.Catalog is var (_, text) && roots is [var root] && Reference(Pages, text) == root;
        var catalog = isWhole ? objects.Catalog!.Value.Number : WriteTree(file, roots, ref next);
        WriteReferences(file, catalog, next);
        return (file.ToArray(), !isWhole || objects.HasLostVersion);
    }

    private int WriteTree(MemoryStream file, List<int> roots, ref int next)
    {
        var (pages, catalog) = (next++, next++);
        Write(
            file,
            pages,
            $"<</Type/Pages/Count {roots.Count}/Kids[{string.Join(' ', roots.Select(r => $"{r} 0 R"))}]>>"
        );
        var text = Pages.Replace(objects.Catalog?.Text ?? "<</Type/Catalog/Pages 0 0 R>>", $"/Pages {pages} 0 R");
        Write(file, catalog, text);
        return catalog;
    }

    private void Write(MemoryStream file, int number, string text)
    {
        _places[number] = new PdfPlace(1, (int)file.Length, 0);
        file.Write(Encoding.Latin1.GetBytes($"{number} 0 obj\n{text}\nendobj\n"));
    }

    private void WriteReferences(MemoryStream file, int catalog, int number)
    {
        var start = file.Length;
        var numbers = _places.Keys.Order().ToList();
        var rows = numbers.SelectMany(n =>
        {
            var (kind, where, index) = _places[n];
            return (byte[])
                [
                    kind,
                    (byte)(where >> 24),
                    (byte)(where >> 16),
                    (byte)(where >> 8),
                    (byte)where,
                    (byte)(index >> 16),
                    (byte)(index >> 8),
                    (byte)index,
                ];
        });
        var index = string.Join(' ', numbers.Select(n => $"{n} 1"));
        file.Write(
            Encoding.Latin1.GetBytes(
                $"{number} 0 obj\n<</Type/XRef/Size {number + 1}/W[1 4 3]/Index[{index}]/Root {catalog} 0 R{objects.Info}/Length {numbers.Count * 8}>>\nstream\n"
            )
        );
        file.Write(rows.ToArray());
        file.Write(Encoding.Latin1.GetBytes($"\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n"));
    }

    private static int Reference(Regex regex, string text) =>
        regex.Match(text) is { Success: true } match
            ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
            : -1;
}
