using Azure;
using Azure.Search.Documents.Indexes.Models;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Models;

namespace EmbeddingFunctions.Functions.Index;

/// <summary>The index and its fields: the contract with whoever else reads it.</summary>
internal sealed class IndexSchema
{
    private readonly SearchConnection _search;
    private readonly SearchSettings _settings;
    private readonly ModelCatalog _models;
    private readonly ModelSettings _modelSettings;
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
        _models = models;
        _modelSettings = modelSettings;
        _ready = new(CreateOrCheckAsync);
    }

    /// <summary>Fields that a filter may name.</summary>
    public IEnumerable<string> Filterable =>
        Wanted().Fields.Where(one => one.IsFilterable == true).Select(one => one.Name);

    /// <summary>
    /// Creates the index, or makes sure that the one there was made with the same model and analyzer, and adds the fields that it lacks;
    /// once.
    /// </summary>
    /// <exception cref="IndexMismatchException">It was not.</exception>
    public Task EnsureAsync(CancellationToken cancellationToken) => _ready.EnsureAsync(cancellationToken);

    /// <summary>The index has gone: look again next time.</summary>
    public void Again() => _ready.Again();

    private async Task CreateOrCheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            SearchIndex found = await _search.Indexes.GetIndexAsync(_settings.Index, cancellationToken);
            Check(found);
            await AddMissingAsync(found, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            await _search.Indexes.CreateOrUpdateIndexAsync(Wanted(), cancellationToken: cancellationToken);
        }
    }

    /// <summary>An index of an earlier version gets the fields that came since; its documents do when they are looked at again.</summary>
    private async Task AddMissingAsync(SearchIndex found, CancellationToken cancellationToken)
    {
        var there = found.Fields.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var missing = Wanted().Fields.Where(one => !there.Contains(one.Name)).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        missing.ForEach(found.Fields.Add);
        try
        {
            await _search.Indexes.CreateOrUpdateIndexAsync(
                found,
                onlyIfUnchanged: true,
                cancellationToken: cancellationToken
            );
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            // another worker was first
            await CreateOrCheckAsync(cancellationToken);
        }
    }

    private void Check(SearchIndex found)
    {
        var there = found.Fields.ToDictionary(one => one.Name, StringComparer.Ordinal);
        var wanted = Wanted().Fields;
        var model = wanted.Single(one => one.Name == Fields.ContentVector);
        var vector = there.GetValueOrDefault(Fields.ContentVector);
        if (
            vector?.VectorSearchProfileName != model.VectorSearchProfileName
            || vector?.VectorSearchDimensions != model.VectorSearchDimensions
        )
        {
            throw new IndexMismatchException(
                $"Index '{found.Name}' holds vectors of '{vector?.VectorSearchProfileName ?? "no model"}', "
                    + $"but Models__Default makes those of '{model.VectorSearchProfileName}'"
            );
        }

        foreach (var text in wanted.Where(one => one.AnalyzerName is not null))
        {
            var analyzer = there.GetValueOrDefault(text.Name)?.AnalyzerName ?? LexicalAnalyzerName.StandardLucene;
            if (analyzer != text.AnalyzerName)
            {
                throw new IndexMismatchException(
                    $"Index '{found.Name}' was made with analyzer '{analyzer}', "
                        + $"but Search__Analyzer is '{text.AnalyzerName}'"
                );
            }
        }
    }

    private SearchIndex Wanted() =>
        Definition(_settings.Index, _settings.Analyzer, _models.DescribeDefault(_modelSettings));

    internal static SearchIndex Definition(string name, string analyzer, ModelDescription model)
    {
        SearchableField Text(string field) => new(field) { AnalyzerName = new LexicalAnalyzerName(analyzer) };
        SimpleField Value(string field, SearchFieldDataType type) => new(field, type) { IsFilterable = true };
        SimpleField Facet(string field, SearchFieldDataType type) =>
            new(field, type) { IsFilterable = true, IsFacetable = true };

        SimpleField Date(string field) =>
            new(field, SearchFieldDataType.DateTimeOffset) { IsFilterable = true, IsSortable = true };

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
                new SimpleField(Fields.Place, SearchFieldDataType.String),
                new SimpleField(Fields.Ordinal, SearchFieldDataType.Int32) { IsFilterable = true, IsSortable = true },
                Facet(Fields.Language, SearchFieldDataType.String),
                Facet(Fields.Author, SearchFieldDataType.String),
                Date(Fields.Created),
                Date(Fields.Modified),
                Facet(Fields.ContentType, SearchFieldDataType.String),
                Value(Fields.Size, SearchFieldDataType.Int64),
                Date(Fields.LastModified),
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
    /// <summary>Which fields there are and what is in them. It is part of the recipe: with a new one all documents get them.</summary>
    public const int Version = 2;

    public const string Id = "id";
    public const string Document = "document";
    public const string Container = "container";
    public const string Title = "title";
    public const string Heading = "heading";
    public const string Content = "content";
    public const string ContentVector = "contentVector";
    public const string Page = "page";
    public const string Place = "place";
    public const string Ordinal = "ordinal";
    public const string Language = "language";
    public const string Author = "author";
    public const string Created = "created";
    public const string Modified = "modified";
    public const string ContentType = "contentType";
    public const string Size = "size";
    public const string LastModified = "lastModified";
    public const string Metadata = "metadata";
    public const string Readers = "readers";
    public const string ContentHash = "contentHash";
}

/// <summary>The index there was made with other settings; nothing can be written to it or found in it before somebody acts.</summary>
/// <param name="difference">What is there and what was expected; no full stop.</param>
internal sealed class IndexMismatchException(string difference)
    : Exception(
        $"{difference}: set that back, or set Search__Index to a new name, or delete the index; "
            + "without the old index all documents are embedded anew."
    );

/// <summary>The search service does not take what we send it; the message goes to the caller.</summary>
internal sealed class SearchRefusedException(string message) : Exception(message);
