using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Text;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// A mail message or web archive (eml, mhtml): its subject as a heading, who wrote to whom and when, its text, and the files
/// attached. Of a text in several forms the plain one is read.
/// </summary>
internal sealed class MailReader : IFormatReader
{
    private const int MostDepth = 64;
    private const int HeadBytes = 16 * 1024;

    private static readonly HashSet<string> KnownHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "From",
        "To",
        "Cc",
        "Subject",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Received",
        "Return-Path",
        "Reply-To",
        "Delivered-To",
        "Content-Type",
        "Content-Transfer-Encoding",
        "DKIM-Signature",
    };

    static MailReader() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public string Name => "mail message";

    /// <summary>True for a head of lines "Name: value" with three names that mails have; with one if the name ends as mails' do.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes, string extension)
    {
        var known = 0;
        var isFirst = true;
        foreach (var line in Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, HeadBytes)]).EnumerateLines())
        {
            if (line.IsEmpty)
            {
                break;
            }

            var isMailboxLine = isFirst && line.StartsWith("From ", StringComparison.Ordinal);
            var isFolded = !isFirst && line[0] is ' ' or '\t';
            isFirst = false;
            if (isMailboxLine || isFolded)
            {
                continue;
            }

            var name = line[..Math.Max(0, line.IndexOf(':'))];
            if (name.IsEmpty || name.ContainsAnyExceptInRange('!', '~'))
            {
                return known > 0 && bytes.Length > HeadBytes;
            }

            known += KnownHeaders.Contains(name.ToString()) ? 1 : 0;
        }

        return known >= (extension is ".eml" or ".mht" or ".mhtml" ? 1 : 3);
    }

    public Document Read(Source source)
    {
        var options = new ParserOptions { MaxMimeDepth = MostDepth };
        using var content = new MemoryStream(source.Bytes, writable: false);
        using var message = MimeMessage.Load(options, content, source.CancellationToken);
        var blocks = new BlockList();
        blocks.Add(BlockKind.Heading, message.Subject ?? "", level: 1);
        blocks.Add(BlockKind.Paragraph, Head(message));
        var walk = new Walk(source, blocks);
        walk.Visit(message.Body);
        walk.Files.NameUnread();

        var subject = BlockList.OneLine(message.Subject ?? "");
        var authors = string.Join(", ", message.From.Mailboxes.Select(from => from.Name ?? from.Address));
        return new Document
        {
            ContentType = "message/rfc822",
            Title = subject.Length > 0 ? subject : null,
            Author = authors.Length > 0 ? authors : null,
            Created =
                message.Headers.Contains(HeaderId.Date) && message.Date > DateTimeOffset.MinValue ? message.Date : null,
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    private static string Head(MimeMessage message)
    {
        (string Name, string Value)[] head =
        [
            ("From", message.From.ToString()),
            ("To", message.To.ToString()),
            ("Cc", message.Cc.ToString()),
            (
                "Date",
                message.Headers.Contains(HeaderId.Date) && message.Date > DateTimeOffset.MinValue
                    ? message.Date.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)
                    : ""
            ),
        ];
        return string.Join(
            '\n',
            head.Where(line => line.Value.Length > 0).Select(line => $"{line.Name}: {line.Value}")
        );
    }

    private sealed class Walk(Source source, BlockList blocks)
    {
        private const int LongestStub = 500;
        private const int TimesStub = 4;

        private int _unnamed;

        public InnerFiles Files { get; } = new(source, blocks);

        public void Visit(MimeEntity? entity)
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            switch (entity)
            {
                case MultipartAlternative forms:
                    var best = Best(forms);
                    Visit(best);
                    // Apple Mail puts files between the pieces of the page.
                    VisitAll(forms.Where(form => form != best).OfType<Multipart>().SelectMany(FilesIn));
                    break;
                case MultipartRelated page:
                    Visit(page.Root);
                    VisitAll(page.Where(part => part != page.Root && part.IsAttachment));
                    break;
                case Multipart parts when parts.ContentType.IsMimeType("multipart", "encrypted"):
                    Files.AddUnread("message", DocumentFault.Encrypted);
                    break;
                case Multipart parts:
                    VisitAll(parts);
                    break;
                case MessagePart { Message: { } inner }:
                    Files.Add(
                        (BlockList.OneLine(inner.Subject ?? "") is { Length: > 0 } subject ? subject : Unnamed())
                            + ".eml",
                        () => Written(inner)
                    );
                    break;
                case TextPart { IsAttachment: false, FileName: null } text when text.IsPlain || text.IsHtml:
                    AddText(text);
                    break;
                case MimePart { Content: { } content } file when !IsSignature(file):
                    Files.Add(file.FileName ?? Unnamed(), content.Open, file.ContentType.Charset);
                    break;
            }
        }

        private void VisitAll(IEnumerable<MimeEntity> parts)
        {
            foreach (var part in parts)
            {
                Visit(part);
            }
        }

        // The plainest form that says anything, unless it only says that there is a page.
        private MimeEntity? Best(MultipartAlternative forms)
        {
            var page = forms.LastOrDefault(part => part is Multipart || part is TextPart { IsHtml: true });
            foreach (var part in forms.OfType<TextPart>().Where(part => part.IsPlain))
            {
                if (Decode(part) is { } text && !string.IsNullOrWhiteSpace(text))
                {
                    return text.Length <= LongestStub && LengthOf(page) > TimesStub * text.Length ? page : part;
                }
            }

            return page ?? forms.FirstOrDefault();
        }

        private int LengthOf(MimeEntity? page)
        {
            var root = page is MultipartRelated related ? related.Root : page;
            if (root is not TextPart { IsHtml: true } part || Decode(part) is not { } html)
            {
                return 0;
            }

            var read = new BlockList();
            try
            {
                HtmlReader.AddFragment(html, read, source);
            }
            catch (DocumentException)
            {
                return 0;
            }

            return read.Sum(block => block.Text.Length);
        }

        private static IEnumerable<MimeEntity> FilesIn(Multipart parts) =>
            parts.SelectMany(part =>
                part switch
                {
                    Multipart inner => FilesIn(inner),
                    MessagePart => [part],
                    MimePart { FileName: not null } file
                        when file.IsAttachment || !file.ContentType.IsMimeType("image", "*") => [part],
                    _ => Enumerable.Empty<MimeEntity>(),
                }
            );

        private void AddText(TextPart part)
        {
            if (Decode(part) is not { } text)
            {
                Files.AddUnread(Unnamed(), DocumentFault.Corrupt);
            }
            else if (part.IsHtml)
            {
                HtmlReader.AddFragment(text, blocks, source);
            }
            else
            {
                PlainTextReader.AddParagraphs(part.IsFlowed ? Unflowed(part, text) : text, blocks, source);
            }
        }

        // The space of the line above a signature does not say that it goes on (RFC 3676, section 4.3).
        private static string Unflowed(TextPart part, string text) =>
            new FlowedToText { DeleteSpace = part.ContentType.Parameters["delsp"] == "yes" }.Convert(
                text.ReplaceLineEndings("\n").Replace("\n-- \n", "\n--\n", StringComparison.Ordinal)
            );

        private static string? Decode(TextPart part)
        {
            if (part.Content is null)
            {
                return "";
            }

            using var bytes = new MemoryStream();
            part.Content.DecodeTo(bytes);
            var content = bytes.ToArray();
            return Charset.Decode(
                content,
                part.ContentType.Charset ?? (part.IsHtml ? HtmlReader.DeclaredCharset(content) : null)
            );
        }

        private static MemoryStream Written(MimeMessage message)
        {
            var bytes = new MemoryStream();
            message.WriteTo(bytes);
            bytes.Position = 0;
            return bytes;
        }

        private static bool IsSignature(MimePart part) =>
            part.ContentType.MediaSubtype is "pgp-signature" or "pkcs7-signature" or "x-pkcs7-signature";

        private string Unnamed() => $"part {++_unnamed}";
    }
}
