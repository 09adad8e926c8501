namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>What one transaction does to one key: several actions on a key become one change.</summary>
internal sealed class Change
{
    /// <summary>Of all levels of one document.</summary>
    public const int MostObjectsInCollections = 3000;

    private Change(string key, long? storedOrd, ComplexValue? document) =>
        (Key, StoredOrd, Document) = (key, storedOrd, document);

    public string Key { get; }

    /// <summary>The version that was there before, if any.</summary>
    public long? StoredOrd { get; }

    /// <summary>The version that is there afterwards, if any.</summary>
    public ComplexValue? Document { get; private set; }

    public long NewOrd { get; set; }

    public bool IsChanged { get; private set; }

    public static Change Load(string key, StoreTransaction transaction, DocumentReader documents, IndexSchema schema)
    {
        if (transaction.FindLive(key) is not { } stored)
            return new Change(key, null, null);
        var document = documents.ReadStored(stored.Json);
        foreach (var field in schema.VectorFields)
            document.Values[field.Position] = transaction.Vector(field, stored.Ord);
        return new Change(key, stored.Ord, document);
    }

    public ItemResult Apply(IndexAction action, IndexSchema schema)
    {
        if (action.Error is not null)
            return new ItemResult(Key, 400, action.Error);
        var existed = Document is not null;
        switch (action.Kind)
        {
            case ActionKind.Delete:
                Document = null;
                IsChanged = IsChanged || existed;
                return new ItemResult(Key, 200, null);
            case ActionKind.Merge when !existed:
                return new ItemResult(Key, 404, "Document not found.");
            case ActionKind.Merge or ActionKind.MergeOrUpload when existed:
                return Replace(DocumentValues.Merge(Document!, action.Document, schema.Fields), schema);
            default:
                return Replace(DocumentValues.Complete(action.Document, schema.Fields), schema);
        }
    }

    private ItemResult Replace(ComplexValue document, IndexSchema schema)
    {
        // Counted after a merge: it can bring together what neither side had alone.
        var objects = DocumentValues.CountInCollections(document, schema.Fields);
        if (objects > MostObjectsInCollections)
            return new ItemResult(
                Key,
                400,
                $"The document with key '{Key}' has {objects} objects in collections (JSON arrays). At most {MostObjectsInCollections} objects are allowed to be in collections across the entire document. Please remove objects from collections and try indexing the document again."
            );
        var status = Document is null ? 201 : 200;
        (Document, IsChanged) = (document, true);
        return new ItemResult(Key, status, null);
    }
}
