using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>The objects of a PDF that are whole, looked for from its first byte on; where two have one number, the later.</summary>
internal sealed partial class PdfObjects
{
    public const int LargestNumber = 8_388_607;
    private const int TrailerBytes = 2048;
    private const int LongestDictionary = 1 << 20;

    private readonly Source _source;
    private readonly CountingStream.Budget _budget;
    private readonly Dictionary<int, PdfPlace> _places = [];
    private readonly Dictionary<int, string> _pageNodes = [];
    private readonly List<int> _broken = [];

    public PdfObjects(ReadOnlySpan<byte> pdf, Source source)
    {
        _source = source;
        _budget = new CountingStream.Budget(source);
        FindObjects(pdf);
        LookAtTrailers(pdf);
    }

    [GeneratedRegex(@"/Type\s*/(?<type>Catalog|Pages|Page|ObjStm|XRef)\b", RegexOptions.NonBacktracking)]
    private static partial Regex Type { get; }

    [GeneratedRegex(@"/(?:Encrypt\s*[0-9<]|Filter\s*/Standard\b)", RegexOptions.NonBacktracking)]
    private static partial Regex Encryption { get; }

    [GeneratedRegex(@"/Info\s+\d+\s+\d+\s+R", RegexOptions.NonBacktracking)]
    private static partial Regex InfoReference { get; }

    [GeneratedRegex(@"/(?<key>N|First)\s+(?<number>\d{1,9})(?<reference>\s+\d+\s+R)?", RegexOptions.NonBacktracking)]
    private static partial Regex StreamNumber { get; }

    /// <summary>Where each object is, by its number.</summary>
    public IReadOnlyDictionary<int, PdfPlace> Places => _places;

    /// <summary>Dictionaries of pages and of the nodes above them, by their number.</summary>
    public IReadOnlyDictionary<int, string> PageNodes => _pageNodes;

    /// <summary>Places of the word "obj" of objects that are not whole.</summary>
    public IReadOnlyList<int> Broken => _broken;

    public (int Number, string Text)? Catalog { get; private set; }

    /// <summary>The entry that refers to title and author; empty if there is none.</summary>
    public string Info { get; private set; } = "";

    public bool IsEncrypted { get; private set; }

    /// <summary>True if an object that is not whole was to replace another.</summary>
    public bool HasLostVersion { get; private set; }

    // Each "obj" ends an object or begins one. What has no end, or another object within it, is not whole.
    private void FindObjects(ReadOnlySpan<byte> pdf)
    {
        for (var at = 0; PdfWords.IndexOf(pdf, "obj"u8, at) is >= 0 and var obj; )
        {
            _source.CancellationToken.ThrowIfCancellationRequested();
            at = obj + 3;
            if (PdfWords.Header(pdf, obj) is not var (start, number, generation))
            {
                continue;
            }

            var body = at;
            for (var from = at; ; )
            {
                var next = PdfWords.IndexOf(pdf, "obj"u8, from);
                var stream = PdfWords.StreamStart(pdf, from, next < 0 ? pdf.Length : next);
                if (stream >= 0)
                {
                    var end = PdfWords.IndexOf(pdf, "endstream"u8, stream);
                    if (end < 0)
                    {
                        LeaveOut(obj, number);
                        return;
                    }

                    Add(number, new PdfPlace(1, start, generation), pdf[body..stream], pdf[(stream + 6)..end]);
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
                    Add(number, new PdfPlace(1, start, generation), pdf[body..(next - 3)], []);
                    at = next + 3;
                    break;
                }

                if (PdfWords.Header(pdf, next) is not null)
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
        HasLostVersion |= _places.ContainsKey(number);
    }

    private void Add(int number, PdfPlace place, ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> content)
    {
        _places[number] = place;
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
                Catalog = (number, text);
                break;
            case "Page" or "Pages":
                _pageNodes[number] = text;
                break;
            case "XRef":
                LookAtTrailer(text);
                break;
            default:
                IsEncrypted |= Encryption.IsMatch(text);
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
            _places[heads[i][0]] = new PdfPlace(2, stream, i);
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
        for (var at = 0; PdfWords.IndexOf(pdf, "trailer"u8, at) is >= 0 and var trailer; at = trailer + 7)
        {
            LookAtTrailer(Encoding.Latin1.GetString(pdf[trailer..Math.Min(pdf.Length, trailer + TrailerBytes)]));
        }
    }

    private void LookAtTrailer(string text)
    {
        IsEncrypted |= Encryption.IsMatch(text);
        Info = InfoReference.Match(text) is { Success: true } info ? info.Value : Info;
    }
}

/// <summary>As a stream of references has it: kind 1, the place in the file and the generation; kind 2, the stream of objects and the index in it.</summary>
internal readonly record struct PdfPlace(byte Kind, int Where, int Index);
