using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Search.Documents.Models;
using Azure.Storage.Blobs.Models;
using EmbeddingFunctions.Documents;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using EmbeddingFunctions.Functions.Models;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>From a blob to chunks as the index holds them: read, cut, embed. Knows nothing of what is in the index already.</summary>
internal sealed class DocumentChunks(
    ModelCatalog models,
    ModelSettings modelSettings,
    IsolatedReader reader,
    ChunkOptions options,
    SearchSettings search
)
{
    /// <summary>Chunks in memory with their vectors at once, for each document that is worked on.</summary>
    private const int EmbeddedAtOnce = 64;

    /// <summary>A document up to this long is cut once.</summary>
    private const long KeptCharacters = 1_000_000;

    private readonly ModelDescription _model = models.DescribeDefault(modelSettings);

    /// <summary>Stamp of the model that documents are embedded with.</summary>
    public string Stamp => _model.Stamp;

    /// <summary>All but the blob that decides what is in the index. With another recipe every document is dealt with anew.</summary>
    public string Recipe =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{search.Index} {Stamp} {DocumentPath.Pipeline}.{Fields.Version} {options.MaxTokens} {options.OverlapTokens}"
        );

    /// <summary>True if the ledger says that just this blob was dealt with, in the way it would be dealt with now.</summary>
    public bool IsCurrent(LedgerRow? row, ETag? etag) => row is { Settled: true } && IsOf(row, etag);

    /// <summary>True if the row speaks of just this blob, and of the way it would be dealt with now.</summary>
    public bool IsOf(LedgerRow row, ETag? etag) => row.ETag == LedgerRow.Bare(etag) && row.Recipe == Recipe;

    /// <summary>Reads one version of the blob whole; fails with 412 if it is written again while it is read.</summary>
    public async Task<SourceDocument> ReadAsync(
        DocumentPath path,
        BlobDownloadStreamingResult download,
        CancellationToken cancellationToken
    )
    {
        using var hash = SHA256.Create();
        await using var content = new CryptoStream(download.Content, hash, CryptoStreamMode.Read);
        var document = await reader.ReadAsync(content, path.Path, cancellationToken);
        return new(path, document, download.Details, hash.Hash is { } bytes ? Convert.ToHexStringLower(bytes) : "");
    }

    /// <summary>
    /// The document's chunks, to be gone through more than once. Those of a large document are not kept but cut again each time.
    /// </summary>
    public async Task<IEnumerable<KeyedChunk>> CutAsync(SourceDocument source, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(_model.Name, cancellationToken);
        var fitting = options with { MaxTokens = Math.Min(options.MaxTokens, _model.MaxTokens) };
        var chunks = Keyed(
            source,
            Chunker.Chunk(source.Document, fitting, text => model.CountTokens(text, InputType.Document)),
            cancellationToken
        );
        return source.Document.Blocks.Sum(block => (long)block.Text.Length) <= KeptCharacters ? [.. chunks] : chunks;
    }

    /// <summary>Embeds chunks in groups of bounded size, ready for the index.</summary>
    public async IAsyncEnumerable<IReadOnlyList<SearchDocument>> EmbedAsync(
        IEnumerable<KeyedChunk> chunks,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // chunks fit the model by construction; were one too long after all, its end must not vanish unseen
        var whole = new EmbedOptions { InputType = InputType.Document, Truncate = false };
        foreach (var group in chunks.Chunk(EmbeddedAtOnce))
        {
            var model = await models.GetAsync(_model.Name, cancellationToken);
            var vectors = await model.EmbedAsync(
                [.. group.Select(chunk => chunk.Chunk.EmbeddedText)],
                whole,
                cancellationToken
            );
            yield return [.. group.Zip(vectors, (chunk, embedding) => chunk.ToUpload(embedding.Vector))];
        }
    }

    private static IEnumerable<KeyedChunk> Keyed(
        SourceDocument source,
        IEnumerable<Chunk> chunks,
        CancellationToken cancellationToken
    )
    {
        Dictionary<string, int> seen = [];
        foreach (var chunk in chunks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = source.Path.ChunkKey(chunk.Heading, chunk.Text, 0);
            var occurrence = seen.GetValueOrDefault(first);
            seen[first] = occurrence + 1;
            var key = occurrence == 0 ? first : source.Path.ChunkKey(chunk.Heading, chunk.Text, occurrence);
            yield return new KeyedChunk(key, chunk, source);
        }
    }
}

/// <summary>A document as it was read, and the blob it was read from.</summary>
internal sealed record SourceDocument(
    DocumentPath Path,
    Document Document,
    BlobDownloadDetails Blob,
    string ContentHash
)
{
    /// <summary>Blob metadata that names who may see the document, separated by commas.</summary>
    private const string ReadersKey = "readers";

    /// <summary>The service takes 32 KB of a field that can be filtered by: a mail from everyone is from its first ones.</summary>
    private const int LongestAuthor = 1000;

    public string? Author { get; } =
        Document.Author is { Length: > LongestAuthor } author
            ? author[..(char.IsHighSurrogate(author[LongestAuthor - 1]) ? LongestAuthor - 1 : LongestAuthor)]
            : Document.Author;

    public string[] Metadata { get; } =
    [.. Blob.Metadata.Where(pair => !IsReaders(pair)).Select(pair => $"{pair.Key}={pair.Value}")];

    /// <summary>"*" is everyone.</summary>
    public string[] Readers { get; } =
        Blob.Metadata.FirstOrDefault(IsReaders).Value is { Length: > 0 } readers
            ? readers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : ["*"];

    private static bool IsReaders(KeyValuePair<string, string> pair) =>
        string.Equals(pair.Key, ReadersKey, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A chunk with its key in the index.</summary>
internal sealed record KeyedChunk(string Key, Chunk Chunk, SourceDocument Source)
{
    /// <summary>All fields.</summary>
    public SearchDocument ToUpload(ReadOnlyMemory<float> vector)
    {
        var document = ToMerge();
        document[Fields.Document] = Source.Path.ToString();
        document[Fields.Container] = Source.Path.Container;
        document[Fields.Heading] = Chunk.Heading;
        document[Fields.Content] = Chunk.Text;
        document[Fields.ContentVector] = vector.ToArray();
        return document;
    }

    /// <summary>The fields that may differ though heading and text are the same.</summary>
    public SearchDocument ToMerge() =>
        new()
        {
            [Fields.Id] = Key,
            [Fields.Title] = Source.Document.Title ?? Path.GetFileName(Source.Path.Path),
            [Fields.Page] = Chunk.Page,
            [Fields.Place] = Chunk.Place,
            [Fields.Ordinal] = Chunk.Ordinal,
            [Fields.Language] = Source.Document.Language,
            [Fields.Author] = Source.Author,
            [Fields.Created] = Source.Document.Created?.ToUniversalTime(),
            [Fields.Modified] = Source.Document.Modified?.ToUniversalTime(),
            [Fields.ContentType] = Source.Document.ContentType,
            [Fields.Size] = Source.Blob.ContentLength,
            [Fields.LastModified] = Source.Blob.LastModified,
            [Fields.Metadata] = Source.Metadata,
            [Fields.Readers] = Source.Readers,
            [Fields.ContentHash] = Source.ContentHash,
        };
}
