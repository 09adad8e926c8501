using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>What an update of an index may change without a rebuild of its documents: everything else is refused.</summary>
internal static class SchemaChange
{
    /// <exception cref="ServiceException">400 when an existing field is changed or missing, or the similarity differs.</exception>
    public static void Check(IndexSchema before, IndexSchema after)
    {
        CheckFields(Definitions(before.Definition), Definitions(after.Definition), "");
        foreach (var field in before.VectorFields)
        {
            if (after.Find(field.Path)!.Metric != field.Metric)
                throw CannotChange(field.Path);
        }
        if (!JsonNode.DeepEquals(before.Definition["similarity"], after.Definition["similarity"]))
            throw ServiceException.NotSupported("A changed 'similarity' of an existing index");
    }

    private static JsonArray Definitions(JsonObject parent) => parent["fields"]!.AsArray();

    private static void CheckFields(JsonArray before, JsonArray after, string prefix)
    {
        foreach (var old in before)
        {
            var name = (string)old!["name"]!;
            if (after.SingleOrDefault(f => (string)f!["name"]! == name) is not JsonObject changed)
                throw new ServiceException(
                    400,
                    "OperationNotAllowed",
                    $"Existing field '{prefix}{name}' cannot be deleted.",
                    new ErrorDetail("CannotDeleteExistingField", $"Existing field '{prefix}{name}' cannot be deleted.")
                );
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
        return copy;
    }

    private static ServiceException CannotChange(string path) =>
        new(
            400,
            "OperationNotAllowed",
            $"Existing field '{path}' cannot be changed.",
            new ErrorDetail("CannotChangeExistingField", $"Existing field '{path}' cannot be changed.")
        );
}
