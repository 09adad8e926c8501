using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>
/// What an update of an index may change without a rebuild of its documents: everything else is refused. New fields, and of existing
/// ones <c>retrievable</c>, <c>searchAnalyzer</c> and <c>synonymMaps</c>; scoring profiles, CORS, semantic settings and vector profiles
/// freely; with downtime new analyzers and their parts, and k1 and b.
/// </summary>
internal static class SchemaChange
{
    private static readonly string[] AnalysisLists = ["analyzers", "tokenizers", "tokenFilters", "charFilters"];

    /// <exception cref="ServiceException">400 when the change is not one that an existing index can take.</exception>
    public static void Check(IndexSchema before, IndexSchema after, bool allowDowntime)
    {
        CheckFields(Definitions(before.Definition), Definitions(after.Definition), "");
        foreach (var field in before.VectorFields)
        {
            if (after.Find(field.Path)!.Metric != field.Metric)
                throw CannotChange(field.Path);
        }
        CheckSuggesters(before, after);
        var needsDowntime = false;
        foreach (var list in AnalysisLists)
            needsDowntime |= AddsTo(list, before.Definition, after.Definition);
        needsDowntime |= ChangesSimilarity(before.Definition["similarity"]!, after.Definition["similarity"]!);
        if (needsDowntime && !allowDowntime)
            throw NotAllowed(
                "IndexDowntimeNotAllowed",
                "Index update not allowed because it would cause downtime. To add analyzers, tokenizers, token filters or character filters to an existing index, or to change its similarity, set the query parameter 'allowIndexDowntime' to true."
            );
    }

    private static JsonArray Definitions(JsonObject parent) => parent["fields"]!.AsArray();

    private static void CheckFields(JsonArray before, JsonArray after, string prefix)
    {
        foreach (var old in before)
        {
            var name = (string)old!["name"]!;
            if (Named(after, name) is not { } changed)
                throw NotAllowed("CannotDeleteExistingField", $"Existing field '{prefix}{name}' cannot be deleted.");
            if ((string)old["type"]! == (string)changed["type"]! && old["fields"] is JsonArray inner)
                CheckFields(inner, Definitions(changed), $"{prefix}{name}/");
            else if (!JsonNode.DeepEquals(Fixed(old.AsObject()), Fixed(changed)))
                throw CannotChange(prefix + name);
        }
    }

    private static JsonObject Fixed(JsonObject field)
    {
        var copy = field.DeepClone().AsObject();
        copy.Remove("retrievable");
        copy.Remove("searchAnalyzer");
        copy.Remove("synonymMaps");
        return copy;
    }

    // The prefixes of a suggester are made when a document is indexed: only fields that no document has yet can be added.
    private static void CheckSuggesters(IndexSchema before, IndexSchema after)
    {
        foreach (var suggester in after.Definition["suggesters"]!.AsArray())
        {
            var name = (string)suggester!["name"]!;
            var known = Named(before.Definition["suggesters"]!.AsArray(), name) is { } old ? Sources(old) : [];
            foreach (var field in Sources(suggester.AsObject()))
            {
                if (!known.Contains(field) && before.Find(field) is not null)
                    throw NotAllowed(
                        "CannotAddExistingFieldToSuggester",
                        $"Existing field '{field}' cannot be added to the suggester '{name}'."
                    );
            }
        }
    }

    private static HashSet<string> Sources(JsonObject suggester) =>
        [.. suggester["sourceFields"]!.AsArray().Select(f => (string)f!)];

    private static bool AddsTo(string list, JsonObject before, JsonObject after)
    {
        // Indexes of before the lists existed have none.
        var (old, changed) = (before[list] as JsonArray ?? [], after[list]!.AsArray());
        foreach (var part in old)
        {
            var name = (string)part!["name"]!;
            if (!JsonNode.DeepEquals(part, Named(changed, name)))
                throw NotAllowed(
                    "CannotChangeExistingAnalysis",
                    $"'{name}' of '{list}' exists and can be neither changed nor deleted."
                );
        }
        return changed.Count > old.Count;
    }

    private static bool ChangesSimilarity(JsonNode before, JsonNode after) =>
        (string?)before["@odata.type"] != (string?)after["@odata.type"]
            ? throw NotAllowed(
                "CannotChangeSimilarity",
                "The similarity algorithm of an existing index cannot be changed."
            )
            : !JsonNode.DeepEquals(before, after);

    private static JsonObject? Named(JsonArray items, string name) =>
        items.SingleOrDefault(i => (string)i!["name"]! == name) as JsonObject;

    private static ServiceException CannotChange(string path) =>
        NotAllowed("CannotChangeExistingField", $"Existing field '{path}' cannot be changed.");

    private static ServiceException NotAllowed(string detailCode, string message) =>
        new(400, "OperationNotAllowed", message, new ErrorDetail(detailCode, message));
}
