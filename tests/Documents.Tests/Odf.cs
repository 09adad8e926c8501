namespace EmbeddingFunctions.Documents.Tests;

/// <summary>OpenDocument files made to order.</summary>
internal static class Odf
{
    private const string Namespaces =
        "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
        + "xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" "
        + "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" "
        + "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
        + "xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" "
        + "xmlns:presentation=\"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0\" "
        + "xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" "
        + "xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" "
        + "xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\" "
        + "xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" "
        + "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";

    public static byte[] Text(string body, string styles = "") => File("text", body, styles);

    public static byte[] File(string kind, string body, string styles = "") =>
        Zips.Of(
            ("mimetype", "application/vnd.oasis.opendocument." + kind),
            (
                "content.xml",
                $"<office:document-content {Namespaces}><office:automatic-styles>{styles}</office:automatic-styles>"
                    + $"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
            ),
            (
                "styles.xml",
                $"<office:document-styles {Namespaces}><office:styles><style:default-style style:family=\"paragraph\">"
                    + "<style:text-properties fo:language=\"de\" fo:country=\"AT\"/></style:default-style></office:styles></office:document-styles>"
            ),
            (
                "meta.xml",
                $"<office:document-meta {Namespaces}><office:meta><dc:title>The title</dc:title><meta:initial-creator>Ada</meta:initial-creator>"
                    + "<dc:creator>Bob</dc:creator><meta:creation-date>2031-07-01T12:00:00</meta:creation-date>"
                    + "<dc:date>2031-07-02T12:00:00</dc:date></office:meta></office:document-meta>"
            )
        );
}
