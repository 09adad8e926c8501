using Azure;
using Azure.Search.Documents.Indexes.Models;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;

namespace EmbeddingFunctions.Functions.Index;

/// <summary>The index and its fields: the contract with whoever else reads it.</summary>
internal sealed class IndexSchema
{
    private readonly SearchConnection _search;
    private readonly SearchSettings _settings;
    private readonly ModelDescription _model;
    private readonly Once _ready;

    public IndexSchema(
        SearchConnection search,
        SearchSettings settings,
        ModelCatalog models,
        ModelSettings modelSettings
    )
    {
        _search = search;
        _settings = settings;
        _model = models.Describe(modelSettings.Default);
        _ready = new(CreateOrCheckAsync);
    }

    /// <summary>Creates the index, or makes sure that the one there holds vectors of the same model; once.</summary>
    /// <exception cref="IndexMismatchException">It holds vectors of another model.</exception>
    public Task EnsureAsync(CancellationToken cancellationToken) => _ready.EnsureAsync(cancellationToken);

    /// <summary>The index has gone: look again next time.</summary>
    public void Again() => _ready.Again();

    private async Task CreateOrCheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await _search.Indexes.GetIndexAsync(_settings.Index, cancellationToken);
            var vector = found.Value.Fields.FirstOrDefault(field => field.Name == Fields.ContentVector);
            if (vector?.VectorSearchProfileName != _model.Stamp || vector.VectorSearchDimensions != _model.Dimensions)
            {
                throw new IndexMismatchException(_settings.Index, vector?.VectorSearchProfileName, _model.Stamp);
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            await _search.Indexes.CreateOrUpdateIndexAsync(
                Definition(_settings.Index, _settings.Analyzer, _model),
                cancellationToken: cancellationToken
            );
        }
    }

    internal static SearchIndex Definition(string name, string analyzer, ModelDescription model)
    {
        SearchableField Text(string field) => new(field) { AnalyzerName = new LexicalAnalyzerName(analyzer) };
        SimpleField Value(string field, SearchFieldDataType type) => new(field, type) { IsFilterable = true };
        SimpleField Facet(string field, SearchFieldDataType type) =>
            new(field, type) { IsFilterable = true, IsFacetable = true };

        var strings = SearchFieldDataType.Collection(SearchFieldDataType.String);
        return new SearchIndex(name)
        {
            Fields =
            {
                new SimpleField(Fields.Id, SearchFieldDataType.String)
                {
                    IsKey = true,
                    IsFilterable = true,
                    IsSortable = true,
                },
                Value(Fields.Document, SearchFieldDataType.String),
                Facet(Fields.Container, SearchFieldDataType.String),
                Text(Fields.Title),
                Text(Fields.Heading),
                Text(Fields.Content),
                new VectorSearchField(Fields.ContentVector, model.Dimensions, model.Stamp),
                Value(Fields.Page, SearchFieldDataType.Int32),
                new SimpleField(Fields.Ordinal, SearchFieldDataType.Int32) { IsFilterable = true, IsSortable = true },
                Facet(Fields.Language, SearchFieldDataType.String),
                Facet(Fields.ContentType, SearchFieldDataType.String),
                Value(Fields.Size, SearchFieldDataType.Int64),
                new SimpleField(Fields.LastModified, SearchFieldDataType.DateTimeOffset)
                {
                    IsFilterable = true,
                    IsSortable = true,
                },
                Facet(Fields.Metadata, strings),
                Value(Fields.Readers, strings),
                Value(Fields.ContentHash, SearchFieldDataType.String),
            },
            VectorSearch = new VectorSearch
            {
                // named after the model: another model's vectors can never slip in
                Profiles = { new VectorSearchProfile(model.Stamp, "hnsw") },
                Algorithms =
                {
                    new HnswAlgorithmConfiguration("hnsw")
                    {
                        Parameters = new() { Metric = VectorSearchAlgorithmMetric.Cosine },
                    },
                },
            },
        };
    }
}

/// <summary>Names of the index's fields.</summary>
internal static class Fields
{
    public const string Id = "id";
    public const string Document = "document";
    public const string Container = "container";
    public const string Title = "title";
    public const string Heading = "heading";
    public const string Content = "content";
    public const string ContentVector = "contentVector";
    public const string Page = "page";
    public const string Ordinal = "ordinal";
    public const string Language = "language";
    public const string ContentType = "contentType";
    public const string Size = "size";
    public const string LastModified = "lastModified";
    public const string Metadata = "metadata";
    public const string Readers = "readers";
    public const string ContentHash = "contentHash";
}

/// <summary>The index holds vectors of another model.</summary>
internal sealed class IndexMismatchException(string index, string? found, string expected)
    : Exception(
        $"Index '{index}' holds vectors of '{found ?? "no model"}', but documents are embedded with '{expected}'. "
            + "Set Models:Default back, or set Search:Index to a new name: all documents will be embedded anew into it."
    );
