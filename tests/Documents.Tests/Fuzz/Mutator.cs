using System.IO.Compression;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Tests.Fuzz;

/// <summary>Damage to files: the same for the same random numbers.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<Sample> samples)
{
    private const int MostBytes = 1_000_000;
    private const int MostElements = 5_000;

    private static readonly string[] Numbers =
    [
        "-1",
        "0",
        "1",
        "65536",
        "2147483647",
        "-2147483648",
        "4294967296",
        "99999999999999999999999",
        "1e308",
        "NaN",
        "",
        "x",
    ];

    private static readonly string[] Names =
    [
        "../x",
        "/etc/passwd",
        "a\\b",
        "x/",
        "[Content_Types].xml",
        "mimetype",
        "x",
    ];

    private static ReadOnlySpan<byte> Openers => "<{[\n/"u8;

    public byte[] Mutate(byte[] file) =>
        IsZip(file) && random.Next(5) > 0 ? MutateZip(file, level: 0) : MutateBytes(file);

    private static bool IsZip(byte[] file) => file.AsSpan().StartsWith("PK\x03\x04"u8);

    private byte[] MutateBytes(byte[] file)
    {
        if (file is [(byte)'<', ..] && random.Next(6) > 0 && WithElements(file) is { } xml)
        {
            return xml;
        }

        for (var rounds = 1 + random.Next(4); rounds > 0 && file.Length > 0; rounds--)
        {
            file = random.Next(9) switch
            {
                0 => Flipped(file),
                1 => file[..At(file)],
                2 => Without(file, Range(file)),
                3 => Put(file, At(file), Repeated(file[Range(file)])),
                4 => Put(file, At(file), Part(samples[random.Next(samples.Count)].Bytes)),
                5 => WithNumber(file),
                6 => WithField(file),
                7 => Put(file, Boundary(file), file[BoundaryRange(file)]),
                _ => Put(file, Boundary(file), Repeated(file[BoundaryRange(file)])),
            };
        }

        return file.Length > MostBytes ? file[..MostBytes] : file;
    }

    private byte[] MutateZip(byte[] file, int level)
    {
        var entries = Unzip(file);
        if (entries.Count == 0)
        {
            return MutateBytes(file);
        }

        for (var rounds = 1 + random.Next(2); rounds > 0 && entries.Count > 0; rounds--)
        {
            var i = random.Next(entries.Count);
            var (name, content) = entries[i];
            switch (random.Next(10))
            {
                case 0:
                    entries.RemoveAt(i);
                    break;
                case 1:
                    entries.Insert(random.Next(entries.Count), (name, MutateBytes(content)));
                    break;
                case 2:
                    entries[i] = (name, entries[random.Next(entries.Count)].Content);
                    break;
                case 3:
                    entries[i] = (Names[random.Next(Names.Length)], content);
                    break;
                default:
                    entries[i] = (
                        name,
                        IsZip(content) && level < 3 ? MutateZip(content, level + 1) : MutateBytes(content)
                    );
                    break;
            }
        }

        using var zipped = new MemoryStream();
        using (var zip = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return zipped.ToArray();
    }

    // None of a zip that is damaged already.
    private static List<(string Name, byte[] Content)> Unzip(byte[] file)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(file));
            return [.. zip.Entries.Select(entry => (entry.FullName, Content(entry)))];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    // Changes to the tree, so that what stands behind the XML parser sees them; null of what is no XML.
    private byte[]? WithElements(byte[] file)
    {
        XDocument xml;
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(file));
            xml = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return null;
        }

        for (var rounds = 1 + random.Next(4); rounds > 0; rounds--)
        {
            var elements = xml.Root!.DescendantsAndSelf().ToList();
            var (one, other) = (elements[random.Next(elements.Count)], elements[random.Next(elements.Count)]);
            var size = one.DescendantsAndSelf().Count();
            var attributes = one.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).ToList();
            switch (random.Next(7))
            {
                case 0 when one.Parent is not null:
                    one.Remove();
                    break;
                case 1:
                    other.Add(
                        Enumerable
                            .Range(0, Math.Min(1 << random.Next(8), MostElements / size))
                            .Select(_ => new XElement(one))
                            .ToList()
                    );
                    break;
                case 2:
                    other.AddFirst(
                        Enumerable
                            .Range(0, random.Next(300))
                            .Aggregate(new XElement(one), (inner, _) => new XElement(one.Name, inner))
                    );
                    break;
                case 3 when attributes.Count > 0:
                    attributes[random.Next(attributes.Count)].Remove();
                    break;
                case 4 when !one.HasElements:
                    one.Value = Numbers[random.Next(Numbers.Length)];
                    break;
                case 5:
                    one.Name = other.Name;
                    break;
                default:
                    attributes.ForEach(attribute => attribute.Value = Numbers[random.Next(Numbers.Length)]);
                    break;
            }
        }

        try
        {
            return Encoding.UTF8.GetBytes(xml.Declaration + xml.ToString(SaveOptions.DisableFormatting));
        }
        catch (Exception e) when (e is XmlException or ArgumentException or InvalidOperationException)
        {
            return null; // the changed tree cannot be written
        }
    }

    private int At(byte[] file) => random.Next(file.Length);

    // Short ones most of the time.
    private Range Range(byte[] file)
    {
        var start = At(file);
        var most = Math.Min(file.Length - start, random.Next(3) == 0 ? file.Length : 64);
        return start..(start + random.Next(most + 1));
    }

    private byte[] Part(byte[] file) => file[Range(file)];

    private byte[] Flipped(byte[] file)
    {
        byte[] flipped = [.. file];
        for (var hits = 1 + random.Next(16); hits > 0; hits--)
        {
            var at = At(file);
            flipped[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(flipped[at] ^ (1 << random.Next(8)));
        }

        return flipped;
    }

    private static byte[] Without(byte[] file, Range range) => [.. file[..range.Start], .. file[range.End..]];

    private static byte[] Put(byte[] file, int at, byte[] part) => [.. file[..at], .. part, .. file[at..]];

    // Twice to a few thousand times.
    private byte[] Repeated(byte[] part)
    {
        var times = Math.Min(1 << random.Next(1, 12), MostBytes / Math.Max(1, part.Length));
        return [.. Enumerable.Repeat(part, times).SelectMany(bytes => bytes)];
    }

    private byte[] WithNumber(byte[] file)
    {
        var start = At(file);
        start += Math.Max(0, file.AsSpan(start).IndexOfAnyInRange((byte)'0', (byte)'9'));
        var end = start;
        while (end < file.Length && char.IsAsciiDigit((char)file[end]))
        {
            end++;
        }

        return Put(Without(file, start..end), start, Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]));
    }

    private byte[] WithField(byte[] file)
    {
        byte[] changed = [.. file];
        var at = At(file);
        var field = changed.AsSpan(at, Math.Min(1 << random.Next(4), file.Length - at));
        field.Fill((byte)(random.Next(2) * 0xFF));
        field[random.Next(2) == 0 ? 0 : ^1] = random.Next(4) switch
        {
            0 => 0x7F,
            1 => 0x80,
            2 => 1,
            _ => 0xFF,
        };
        return changed;
    }

    // Where an element, a group, a line or an object begins.
    private int Boundary(byte[] file)
    {
        var start = At(file);
        return start + Math.Max(0, file.AsSpan(start).IndexOfAny(Openers));
    }

    private Range BoundaryRange(byte[] file)
    {
        var start = Boundary(file);
        var end = start;
        for (var parts = 1 + random.Next(4); parts > 0 && end < file.Length; parts--)
        {
            var next = file.AsSpan(end + 1).IndexOfAny(Openers);
            end = next < 0 ? file.Length : end + 1 + next;
        }

        return start..end;
    }
}
