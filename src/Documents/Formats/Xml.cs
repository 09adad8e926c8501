using System.Xml;
using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>XML of files that nobody trusts: no DTD, no other file, no entity that multiplies.</summary>
internal static class Xml
{
    private const long MostCharactersInTree = 32 * 1024 * 1024;

    /// <summary>Reads on, element by element; an entity that a DTD defined ends it with an XmlException.</summary>
    public static XmlReader Read(Stream content) => Read(content, mostCharacters: 0);

    /// <summary>The root of a whole part. Its depth must have been measured before.</summary>
    public static XElement Load(Stream content)
    {
        using var reader = Read(content, MostCharactersInTree);
        return XElement.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static XmlReader Read(Stream content, long mostCharacters) =>
        XmlReader.Create(
            content,
            new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Ignore,
                XmlResolver = null,
                MaxCharactersInDocument = mostCharacters,
            }
        );

    /// <summary>The first child of that name, in whatever namespace: Office has two of each, strict and transitional.</summary>
    public static XElement? Child(this XElement? parent, string name) =>
        parent?.Elements().FirstOrDefault(child => child.Is(name));

    /// <summary>An attribute by its name without namespace.</summary>
    public static string? Value(this XElement? element, string name) =>
        element?.Attributes().FirstOrDefault(attribute => attribute.Name.LocalName == name)?.Value;

    public static bool Is(this XElement element, string name) => element.Name.LocalName == name;

    /// <summary>What XML Schema calls a boolean.</summary>
    public static bool IsTrue(string? value) => value is "1" or "true";
}
