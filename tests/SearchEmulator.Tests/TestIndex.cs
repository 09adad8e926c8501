namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Small index definitions.</summary>
internal static class TestIndex
{
    /// <summary>Every filterable type, a text and a vector of four floats.</summary>
    public static object Everything(
        string name = "things",
        string analyzer = "standard.lucene",
        string metric = "cosine"
    ) =>
        new
        {
            name,
            fields = new object[]
            {
                new
                {
                    name = "id",
                    type = "Edm.String",
                    key = true,
                    searchable = false,
                },
                new
                {
                    name = "title",
                    type = "Edm.String",
                    analyzer,
                },
                new
                {
                    name = "body",
                    type = "Edm.String",
                    analyzer,
                    filterable = false,
                    sortable = false,
                    facetable = false,
                },
                new
                {
                    name = "kind",
                    type = "Edm.String",
                    searchable = false,
                },
                new { name = "flag", type = "Edm.Boolean" },
                new { name = "small", type = "Edm.Int32" },
                new { name = "large", type = "Edm.Int64" },
                new { name = "real", type = "Edm.Double" },
                new { name = "date", type = "Edm.DateTimeOffset" },
                new
                {
                    name = "tags",
                    type = "Collection(Edm.String)",
                    searchable = false,
                },
                new
                {
                    name = "vector",
                    type = "Collection(Edm.Single)",
                    dimensions = 4,
                    vectorSearchProfile = "p",
                },
                new
                {
                    name = "other",
                    type = "Collection(Edm.Single)",
                    dimensions = 4,
                    vectorSearchProfile = "p",
                },
            },
            vectorSearch = new
            {
                profiles = new[] { new { name = "p", algorithm = "a" } },
                algorithms = new[]
                {
                    new
                    {
                        name = "a",
                        kind = "hnsw",
                        hnswParameters = new { metric },
                    },
                },
            },
        };

    public static object VectorQuery(float[] vector, int k = 3, string fields = "vector") =>
        new
        {
            vector,
            kind = "vector",
            k,
            fields,
        };

    /// <summary>A document of <see cref="Everything"/> that words, filters and vectors can find.</summary>
    public static object Document(int i, string word) =>
        new
        {
            id = $"{i}",
            title = $"{word} number{i % 7}",
            small = i,
            vector = new[] { 1f, i, 0, 0 },
        };
}
