using Lucene.Net.Index;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>
/// Store, rows and text of one index, and the order of changes: SQLite commits, then what is derived follows, then a new
/// <see cref="Snapshot"/> is published. Owned by one thread at a time; only <see cref="Acquire"/> is for everybody.
/// </summary>
internal sealed class IndexContents : IDisposable
{
    private const int RowsPerRebuildStep = 1000;
    private const int MostPurgedAtOnce = 5000;
    private const int SpareRows = 20_000;

    private readonly DocumentStore _store;
    private readonly string _textFolder;
    private readonly Queue<(long Seq, long Ord)> _dead = new();
    private readonly List<Snapshot> _published = [];
    private TextIndex _text;
    private RowTable _table;
    private readonly Visibility _visibility;
    private Snapshot _current;
    private long _lastOrd;

    private IndexContents(
        DocumentStore store,
        string textFolder,
        IndexSchema schema,
        TimeProvider time,
        TimeSpan visibilityDelay
    )
    {
        (_store, _textFolder) = (store, textFolder);
        _lastOrd = store.LastOrd();
        _table = LoadRows(schema);
        store.PurgeDead(schema);
        _text = OpenText(schema);
        _current = Published(_text.Refresh(null), AllRows(_table.Count));
        if (_current.Text.NumDocs != _table.Count)
        {
            _current.Dispose();
            _text.Dispose();
            _text = RebuildText(schema);
            _current = Published(_text.Refresh(null), AllRows(_table.Count));
        }
        _visibility = new Visibility(visibilityDelay, time, _current);
    }

    /// <summary>Reads everything into memory; repairs or rebuilds the text index where it does not agree with the store.</summary>
    public static IndexContents Open(
        DocumentStore store,
        string textFolder,
        IndexSchema schema,
        TimeProvider time,
        TimeSpan visibilityDelay
    ) => new(store, textFolder, schema, time, visibilityDelay);

    public IndexSchema Schema => _table.Schema;

    /// <summary>True while batches are in the text index that a restart would have to add again.</summary>
    public bool IsTextBehind => _text.CommittedSeq < _current.Seq;

    /// <summary>What can be seen now. Any thread; the caller disposes it.</summary>
    /// <exception cref="ServiceException">404 when the index has been deleted in the meantime.</exception>
    public Snapshot Acquire() => _visibility.Acquire() ?? throw ServiceException.IndexNotFound(Schema.Name);

    /// <summary>Applies whole batches in one transaction. Either all of them are durable and visible, or none is.</summary>
    public IReadOnlyList<IReadOnlyList<ItemResult>> Apply(IReadOnlyList<IReadOnlyList<IndexAction>> batches)
    {
        var changes = new Dictionary<string, Change>(StringComparer.Ordinal);
        List<IReadOnlyList<ItemResult>> results;
        long seq;
        using (var transaction = _store.Begin(Schema))
        {
            var documents = new DocumentReader(Schema);
            results = [.. batches.Select(b => (IReadOnlyList<ItemResult>)[.. b.Select(Apply)])];
            var changed = changes.Values.Where(c => c.IsChanged).ToList();
            if (changed.Count == 0)
                return results;
            foreach (var change in changed.Where(c => c.Document is not null))
                change.NewOrd = ++_lastOrd;
            // Text analysis is half of the work and needs nothing of the other half. What cannot be analyzed must not be stored: no
            // start could analyze it either. Should one of the two fail, the text is made to agree with the store again; until the
            // text index commits, a crash takes its half back.
            Parallel.Invoke(() => Write(transaction, changed), () => WriteText(changed));
            transaction.Commit();
            seq = transaction.Seq;

            ItemResult Apply(IndexAction action)
            {
                if (!changes.TryGetValue(action.Key, out var change))
                    changes.Add(action.Key, change = Change.Load(action.Key, transaction, documents, Schema));
                return change.Apply(action, Schema);
            }
        }
        Publish(seq, [.. changes.Values.Where(c => c.IsChanged)]);
        return results;
    }

    public void ChangeSchema(IndexSchema schema, string etag)
    {
        _store.WriteSchema(schema, etag);
        _text.Use(schema);
        _table = _table.With(schema);
        _current.Text.IncRef();
        Replace(new Snapshot(_current.Seq, _table, _current.Count, _current.Live, _current.Text));
    }

    /// <summary>Puts the text index on disk, so that a restart has nothing to add.</summary>
    public void CommitText()
    {
        var seq = _current.Seq;
        _text.Commit(seq);
        _store.ForgetTombstones(seq);
    }

    /// <summary>After a failure between commit and publication: everything derived is made again from the store.</summary>
    public void Rebuild()
    {
        var schema = Schema;
        try
        {
            _text.Dispose();
        }
        // It may be the very thing that failed; its files are deleted below.
        catch (Exception e) when (e is not OperationCanceledException) { }
        _table = LoadRows(schema);
        _text = RebuildText(schema);
        Replace(new Snapshot(_store.Seq, _table, _table.Count, AllRows(_table.Count), _text.Refresh(null)));
    }

    public void Dispose()
    {
        _visibility.Dispose();
        _current.Dispose();
        _text.Dispose();
        _store.Dispose();
    }

    private void Write(StoreTransaction transaction, IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            if (change.StoredOrd is { } ord)
                transaction.Kill(ord, change.Key);
            if (change.Document is { } document)
                transaction.Insert(change.NewOrd, change.Key, document);
        }
        Purge(transaction);
    }

    private void WriteText(IReadOnlyList<Change> changes)
    {
        _text.Delete(changes.Where(c => c.StoredOrd is not null).Select(c => c.Key));
        _text.Add([
            .. changes.Where(c => c.Document is not null).Select(c => new TextDocument(c.NewOrd, c.Key, c.Document!)),
        ]);
    }

    private void Publish(long seq, IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            if (change.Document is { } document)
                _table.Append(change.NewOrd, document, f => document.Values[f.Position] as float[]);
        }
        var live = _current.Live.Grow(_table.Count);
        foreach (var change in changes)
        {
            if (change.StoredOrd is { } old)
            {
                live.Remove(_table.RowOf(old, _table.Count));
                _dead.Enqueue((seq, old));
            }
            if (change.Document is not null)
                live.Add(_table.RowOf(change.NewOrd, _table.Count));
        }
        if (_table.Count > SpareRows && live.Count() < _table.Count / 2)
        {
            _table = _table.Compact(live);
            live = AllRows(_table.Count);
        }
        Replace(new Snapshot(seq, _table, _table.Count, live, _text.Refresh(_current.Text)));
    }

    // A dead version may go once no state before its death is held by anybody.
    private void Purge(StoreTransaction transaction)
    {
        _published.RemoveAll(s => s.IsReleased);
        var oldest = _published.Min(s => s.Seq);
        for (var purged = 0; purged < MostPurgedAtOnce; purged++)
        {
            if (!_dead.TryPeek(out var dead) || dead.Seq > oldest)
                return;
            transaction.Purge(dead.Ord);
            _dead.Dequeue();
        }
    }

    private Snapshot Published(DirectoryReader text, RowSet live)
    {
        var snapshot = new Snapshot(_store.Seq, _table, _table.Count, live, text);
        _published.Add(snapshot);
        return snapshot;
    }

    private void Replace(Snapshot next)
    {
        var previous = _current;
        _published.Add(next);
        _current = next;
        _visibility.Publish(next);
        previous.Dispose();
    }

    private RowTable LoadRows(IndexSchema schema)
    {
        var table = RowTable.Empty(schema);
        var documents = new DocumentReader(schema);
        var vectors = schema.VectorFields.ToDictionary(f => f.Path, _store.ReadVectors, StringComparer.Ordinal);
        try
        {
            using var stored = _store.ReadDocuments();
            var keys = 0L;
            while (stored.MoveNext())
            {
                var ord = stored.Ord;
                CheckSum(stored, f => vectors[f.Path].Floats(ord, f.Dimensions), schema);
                keys ^= Checksum.OfKey(ord, stored.Bytes(2));
                table.Append(ord, documents.ReadStored(stored.Bytes()), f => vectors[f.Path].Floats(ord, f.Dimensions));
            }
            using var indexed = _store.ReadKeys();
            while (indexed.MoveNext())
                keys ^= Checksum.OfKey(indexed.Ord, indexed.Bytes());
            if (keys != 0)
                throw new InvalidDataException("its documents and the index of their keys disagree");
        }
        finally
        {
            foreach (var cursor in vectors.Values)
                cursor.Dispose();
        }
        return table;
    }

    private static void CheckSum(StoreCursor stored, VectorOf vectorOf, IndexSchema schema)
    {
        if (stored.Number(3) is not { } expected)
            return;
        var sum = Checksum.OfDocument(stored.Ord, stored.Bytes(2), stored.Bytes());
        foreach (var field in schema.VectorFields)
            sum ^= Checksum.OfVector(field, vectorOf(field));
        if (sum != expected)
            throw new InvalidDataException($"document {stored.Ord} is not what was written");
    }

    private static RowSet AllRows(int count)
    {
        var rows = new RowSet(count);
        for (var row = 0; row < count; row++)
            rows.Add(row);
        return rows;
    }

    private TextIndex OpenText(IndexSchema schema)
    {
        TextIndex? text = null;
        try
        {
            text = TextIndex.Open(_textFolder, schema, _store.Stamp);
            if (text.CommittedStamp == _store.Stamp && text.CommittedSeq <= _store.Seq)
            {
                var seq = text.CommittedSeq;
                AddTexts(text, schema, _store.ReadTombstones(seq), seq);
                return text;
            }
        }
        // Derived data: whatever is wrong with it, the answer is the same.
        catch (Exception e) when (e is not OperationCanceledException) { }
        text?.Dispose();
        return RebuildText(schema);
    }

    private TextIndex RebuildText(IndexSchema schema)
    {
        if (Directory.Exists(_textFolder))
            Directory.Delete(_textFolder, recursive: true);
        var text = TextIndex.Open(_textFolder, schema, _store.Stamp);
        try
        {
            AddTexts(text, schema, [], afterSeq: 0);
            text.Commit(_store.Seq);
            return text;
        }
        catch
        {
            // It holds the lock that the next try needs.
            text.Dispose();
            throw;
        }
    }

    private void AddTexts(TextIndex text, IndexSchema schema, IReadOnlyList<string> deleted, long afterSeq)
    {
        if (deleted.Count > 0)
            text.Delete(deleted);
        var documents = new DocumentReader(schema);
        foreach (var step in _store.ReadAll(afterSeq).Chunk(RowsPerRebuildStep))
        {
            text.Add([
                .. step.Select(s =>
                {
                    var values = documents.ReadStored(s.Json);
                    return new TextDocument(s.Ord, (string)values.Values[schema.KeyField.Position]!, values);
                }),
            ]);
        }
    }
}

/// <summary>What became of one line of a batch, as <c>search.index</c> answers it.</summary>
internal sealed record ItemResult(string Key, int StatusCode, string? Error)
{
    public bool Succeeded => Error is null;
}
