using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>
/// A PDF says at its end where its objects are. Where that is lost, as in a download that broke off, the objects that are whole
/// are looked for, and a new end (ISO 32000-1, 7.5.8) that lists them is put behind the file.
/// </summary>
internal sealed partial class PdfRepair
{
    private const int TrailerBytes = 2048;
    private const int LargestNumber = 8_388_607;
    private const int LongestDictionary = 1 << 20;

    private readonly Source _source;
    private readonly CountingStream.Budget _budget;
    private readonly Dictionary<int, (byte Kind, int Where, int Index)> _objects = [];
    private readonly Dictionary<int, string> _pageNodes = [];
    private readonly List<int> _broken = [];
    private (int Number, string Text)? _catalog;
    private string _info = "";
    private bool _isEncrypted;
    private bool _hasLostVersion;

    private PdfRepair(Source source)
    {
        _source = source;
        _budget = new CountingStream.Budget(source);
    }

    [GeneratedRegex(@"/Type\s*/(?<type>Catalog|Pages|Page|ObjStm|XRef)\b", RegexOptions.NonBacktracking)]
    private static partial Regex Type { get; }

    [GeneratedRegex(@"/(?:Encrypt\s*[0-9<]|Filter\s*/Standard\b)", RegexOptions.NonBacktracking)]
    private static partial Regex Encryption { get; }

    [GeneratedRegex(@"/Info\s+\d+\s+\d+\s+R", RegexOptions.NonBacktracking)]
    private static partial Regex Info { get; }

    [GeneratedRegex(@"/Parent\s+(?<number>\d{1,9})\s+\d+\s+R", RegexOptions.NonBacktracking)]
    private static partial Regex Parent { get; }

    [GeneratedRegex(@"/Pages\s+(?<number>\d{1,9})\s+\d+\s+R", RegexOptions.NonBacktracking)]
    private static partial Regex Pages { get; }

    [GeneratedRegex(@"/(?<key>N|First)\s+(?<number>\d{1,9})(?<reference>\s+\d+\s+R)?", RegexOptions.NonBacktracking)]
    private static partial Regex StreamNumber { get; }

    /// <summary>False for a file that was cut off: its last end, if any, has objects behind it.</summary>
    public static bool HasEnd(ReadOnlySpan<byte> pdf) =>
        pdf.LastIndexOf("startxref"u8) is >= 0 and var end && pdf[end..].IndexOf(" obj"u8) < 0;

    /// <summary>
    /// The file with a new end. IsPart says that nobody knows what it had: the list of its pages is not whole, or something was replaced. Null where
    /// there is no page, or where the file is encrypted: what is needed to decrypt it is at the lost end.
    /// </summary>
    public static (byte[] Bytes, bool IsPart)? Rebuild(Source source)
    {
        var repair = new PdfRepair(source);
        var start = Math.Max(0, source.Bytes.AsSpan().IndexOf("%PDF-"u8));
        var pdf = source.Bytes.AsSpan(start);
        repair.FindObjects(pdf);
        repair.LookAtTrailers(pdf);
        return repair._isEncrypted ? null : repair.WithEnd(pdf);
    }

    // Each "obj" ends an object or begins one. What has no end, or another object within it, is not whole.
    private void FindObjects(ReadOnlySpan<byte> pdf)
    {
        for (var at = 0; IndexOf(pdf, "obj"u8, at) is >= 0 and var obj; )
        {
            _source.CancellationToken.ThrowIfCancellationRequested();
            at = obj + 3;
            if (Header(pdf, obj) is not var (start, number, generation))
            {
                continue;
            }

            var body = at;
            for (var from = at; ; )
            {
                var next = IndexOf(pdf, "obj"u8, from);
                var stream = StreamStart(pdf, from, next < 0 ? pdf.Length : next);
                if (stream >= 0)
                {
                    var end = IndexOf(pdf, "endstream"u8, stream);
                    if (end < 0)
                    {
                        LeaveOut(obj, number);
                        return;
                    }

                    Add(number, (1, start, generation), pdf[body..stream], pdf[(stream + 6)..end]);
                    at = end + 9;
                    break;
                }

                if (next < 0)
                {
                    LeaveOut(obj, number);
                    return;
                }

                if (pdf[..next].EndsWith("end"u8))
                {
                    Add(number, (1, start, generation), pdf[body..(next - 3)], []);
                    at = next + 3;
                    break;
                }

                if (Header(pdf, next) is not null)
                {
                    LeaveOut(obj, number);
                    at = next;
                    break;
                }

                from = next + 3;
            }
        }
    }

    private void LeaveOut(int obj, int number)
    {
        _broken.Add(obj);
        _hasLostVersion |= _objects.ContainsKey(number);
    }

    private void Add(int number, (byte, int, int) place, ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> content)
    {
        _objects[number] = place;
        _pageNodes.Remove(number, out _);
        if (Look(number, dictionary) is { } streamOfObjects)
        {
            AddInner(number, streamOfObjects, content);
        }
    }

    // The text of a stream of objects, null for all else.
    private string? Look(int number, ReadOnlySpan<byte> dictionary)
    {
        if (
            dictionary.Length > LongestDictionary
            || (dictionary.IndexOf("/Type"u8) < 0 && dictionary.IndexOf("/Standard"u8) < 0)
        )
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(dictionary);
        var type = Type.Match(text).Groups["type"].Value;
        switch (type)
        {
            case "Catalog":
                _catalog = (number, text);
                break;
            case "Page" or "Pages":
                _pageNodes[number] = text;
                break;
            case "XRef":
                LookAtTrailer(text);
                break;
            default:
                _isEncrypted |= Encryption.IsMatch(text);
                break;
        }

        return type == "ObjStm" ? text : null;
    }

    // First the numbers and places of its objects, then the objects.
    private void AddInner(int stream, string dictionary, ReadOnlySpan<byte> content)
    {
        var numbers = StreamNumber
            .Matches(dictionary)
            .Where(match => !match.Groups["reference"].Success)
            .DistinctBy(match => match.Groups["key"].Value)
            .ToDictionary(
                match => match.Groups["key"].Value,
                match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
            );
        if (
            !numbers.TryGetValue("N", out var count)
            || !numbers.TryGetValue("First", out var first)
            || Unfold(dictionary, content) is not { } unfolded
            || first > unfolded.Length
        )
        {
            return;
        }

        var heads = Encoding
            .Latin1.GetString(unfolded, 0, first)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1)
            .Chunk(2)
            .Take(count)
            .TakeWhile(head => head is [>= 0 and <= LargestNumber, >= 0] && first + (long)head[1] < unfolded.Length)
            .ToList();
        for (var i = 0; i < heads.Count; i++)
        {
            var end = i + 1 < heads.Count ? first + heads[i + 1][1] : unfolded.Length;
            _objects[heads[i][0]] = (2, stream, i);
            _pageNodes.Remove(heads[i][0]);
            if (first + heads[i][1] <= end)
            {
                Look(heads[i][0], unfolded.AsSpan((first + heads[i][1])..end));
            }
        }
    }

    private byte[]? Unfold(string dictionary, ReadOnlySpan<byte> content)
    {
        content = content.StartsWith("\r\n"u8) ? content[2..] : content[1..];
        if (!dictionary.Contains("/Filter", StringComparison.Ordinal))
        {
            return content.ToArray();
        }

        if (!dictionary.Contains("/FlateDecode", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var unfolded = new ZLibStream(new MemoryStream(content.ToArray()), CompressionMode.Decompress);
            using var counting = new CountingStream(unfolded, _budget);
            using var all = new MemoryStream();
            counting.CopyTo(all);
            return all.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private void LookAtTrailers(ReadOnlySpan<byte> pdf)
    {
        for (var at = 0; IndexOf(pdf, "trailer"u8, at) is >= 0 and var trailer; at = trailer + 7)
        {
            LookAtTrailer(Encoding.Latin1.GetString(pdf[trailer..Math.Min(pdf.Length, trailer + TrailerBytes)]));
        }
    }

    private void LookAtTrailer(string text)
    {
        _isEncrypted |= Encryption.IsMatch(text);
        _info = Info.Match(text) is { Success: true } info ? info.Value : _info;
    }

    private (byte[] Bytes, bool IsPart)? WithEnd(ReadOnlySpan<byte> pdf)
    {
        // Pages whose place in the tree is lost come in the order in which they are in the file.
        var roots = _pageNodes
            .Where(node => !_pageNodes.ContainsKey(Reference(Parent, node.Value)))
            .Select(node => node.Key)
            .ToList();
        if (roots.Count == 0)
        {
            return null;
        }

        using var file = new MemoryStream(pdf.Length + (32 * _objects.Count) + TrailerBytes);
        file.Write(pdf);
        // The library would find what is broken, and take what follows for its end.
        foreach (var at in _broken)
        {
            file.Position = at;
            file.Write("   "u8);
        }

        file.Position = file.Length;
        file.WriteByte((byte)'\n');
        // Objects that are lost may be referred to by any number below.
        var next = LargestNumber + 1;
        var isWhole = _catalog is var (_, text) && roots is [var root] && Reference(Pages, text) == root;
        var catalog = isWhole ? _catalog!.Value.Number : WriteTree(file, roots, ref next);
        WriteReferences(file, catalog, next);
        return (file.ToArray(), !isWhole || _hasLostVersion);
    }

    private int WriteTree(MemoryStream file, List<int> roots, ref int next)
    {
        var (pages, catalog) = (next++, next++);
        Write(
            file,
            pages,
            $"<</Type/Pages/Count {roots.Count}/Kids[{string.Join(' ', roots.Select(r => $"{r} 0 R"))}]>>"
        );
        var text = Pages.Replace(_catalog?.Text ?? "<</Type/Catalog/Pages 0 0 R>>", $"/Pages {pages} 0 R");
        Write(file, catalog, text);
        return catalog;
    }

    private void Write(MemoryStream file, int number, string text)
    {
        _objects[number] = (1, (int)file.Length, 0);
        file.Write(Encoding.Latin1.GetBytes($"{number} 0 obj\n{text}\nendobj\n"));
    }

    private void WriteReferences(MemoryStream file, int catalog, int number)
    {
        var start = file.Length;
        var numbers = _objects.Keys.Order().ToList();
        var rows = numbers.SelectMany(n =>
        {
            var (kind, where, index) = _objects[n];
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
                $"{number} 0 obj\n<</Type/XRef/Size {number + 1}/W[1 4 3]/Index[{index}]/Root {catalog} 0 R{_info}/Length {numbers.Count * 8}>>\nstream\n"
            )
        );
        file.Write(rows.ToArray());
        file.Write(Encoding.Latin1.GetBytes($"\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n"));
    }

    private static int Reference(Regex regex, string text) =>
        regex.Match(text) is { Success: true } match
            ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
            : -1;

    // "12 0 obj": where it starts, and its numbers.
    private static (int Start, int Number, int Generation)? Header(ReadOnlySpan<byte> pdf, int obj)
    {
        var at = obj;
        return
            Back(pdf, ref at) is { } generation and <= 65535
            && Back(pdf, ref at) is { } number and > 0 and <= LargestNumber
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
    private static int StreamStart(ReadOnlySpan<byte> pdf, int from, int to)
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

    private static int IndexOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> word, int from)
    {
        var index = bytes[from..].IndexOf(word);
        return index < 0 ? -1 : from + index;
    }
}
