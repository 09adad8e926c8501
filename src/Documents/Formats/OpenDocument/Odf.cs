using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats.OpenDocument;

/// <summary>Names of the OpenDocument namespaces.</summary>
internal static class Odf
{
    private const string Namespace = "urn:oasis:names:tc:opendocument:xmlns:";

    /// <summary>An element's name as the specification writes it, such as <c>text:p</c>; "" in a namespace of others.</summary>
    public static string Name(XElement element)
    {
        var space = element.Name.NamespaceName;
        if (!space.StartsWith(Namespace, StringComparison.Ordinal))
        {
            return "";
        }

        var end = space.IndexOf(':', Namespace.Length);
        var prefix = end < 0 ? space[Namespace.Length..] : space[Namespace.Length..end];
        return $"{(prefix == "drawing" ? "draw" : prefix == "svg-compatible" ? "svg" : prefix)}:{element.Name.LocalName}";
    }
}
