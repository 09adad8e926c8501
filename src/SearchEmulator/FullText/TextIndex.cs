using System.Globalization;
using Lucene.Net.Analysis;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// The searchable text of one index in Lucene: derived, so that it may be thrown away and built again from the store at any time.
/// One writer for as long as the index is open; commits are rare because nothing is lost without them.
/// </summary>
internal sealed class TextIndex : IDisposable
{
    public const string OrdField = "@ord";
    private const string KeyField = "@key";
    private const string SeqEntry = "seq";
    private const string StampEntry = "stamp";
    private const string LayoutEntry = "layout";
    private const int ParallelFrom = 16;

    private readonly Lucene.Net.Store.Directory _directory;
    private readonly IndexWriter _writer;
    private readonly string _stamp;
    private IndexSchema _schema;
    private IReadOnlyCollection<string> _suggestSources;
    private Analyzer _analyzer;

    private TextIndex(string folder, IndexSchema schema, string stamp)
    {
        (_schema, _stamp) = (schema, stamp);
        (_suggestSources, _analyzer) = Analysis(schema);
        // Small segments live in memory until a commit: a batch of one document touches no file.
        _directory = new NRTCachingDirectory(FSDirectory.Open(folder), 5, 64);
        try
        {
            (CommittedSeq, CommittedStamp) = ReadCommit(_directory, Layout);
            _writer = new IndexWriter(
                _directory,
                new IndexWriterConfig(LuceneVersion.LUCENE_48, _analyzer)
                {
                    OpenMode = OpenMode.CREATE_OR_APPEND,
                    RAMBufferSizeMB = 32,
                    Similarity = schema.Similarity,
                }
            );
        }
        catch
        {
            _directory.Dispose();
            throw;
        }
    }

    /// <summary>The last batch that is safely on disk here; -1 if there is none.</summary>
    public long CommittedSeq { get; private set; }

    public string? CommittedStamp { get; private set; }

    /// <summary>Opens what is there, or begins anew in an empty folder.</summary>
    /// <exception cref="Exception">Anything, when the files are damaged; the caller then deletes the folder.</exception>
    public static TextIndex Open(string folder, IndexSchema schema, string stamp) => new(folder, schema, stamp);

    public void Use(IndexSchema schema)
    {
        _schema = schema;
        (_suggestSources, _analyzer) = Analysis(schema);
    }

    public static long? FindOrd(IndexReader reader, string key)
    {
        var term = new Term(KeyField, key);
        foreach (var leaf in reader.Leaves)
        {
            var found = leaf.AtomicReader.GetTermDocsEnum(term);
            if (found is null)
                continue;
            int doc;
            while ((doc = found.NextDoc()) != DocIdSetIterator.NO_MORE_DOCS)
            {
                if (leaf.AtomicReader.LiveDocs?.Get(doc) != false)
                    return leaf.AtomicReader.GetNumericDocValues(OrdField).Get(doc);
            }
        }
        return null;
    }

    public void Delete(IEnumerable<string> keys) =>
        _writer.DeleteDocuments([.. keys.Select(key => new Term(KeyField, key))]);

    /// <summary>Adds documents whose keys are not (or no longer) there. Text analysis is most of the cost of an upload: it uses all cores.</summary>
    public void Add(IReadOnlyCollection<TextDocument> documents)
    {
        if (documents.Count < ParallelFrom)
        {
            foreach (var document in documents)
                Add(document);
            return;
        }
        Parallel.ForEach(documents, Add);
    }

    /// <summary>The state after everything up to now; the caller owns one reference.</summary>
    public DirectoryReader Refresh(DirectoryReader? previous)
    {
        if (previous is null)
            return DirectoryReader.Open(_writer, applyAllDeletes: true);
        if (DirectoryReader.OpenIfChanged(previous, _writer, applyAllDeletes: true) is { } changed)
            return changed;
        previous.IncRef();
        return previous;
    }

    public void Commit(long seq)
    {
        _writer.SetCommitData(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [SeqEntry] = seq.ToString(CultureInfo.InvariantCulture),
                [StampEntry] = _stamp,
                [LayoutEntry] = Layout,
            }
        );
        _writer.Commit();
        (CommittedSeq, CommittedStamp) = (seq, _stamp);
    }

    /// <summary>Lets go of the files without writing anything: what was not committed is added again at the next start.</summary>
    public void Dispose()
    {
        try
        {
            _writer.Rollback();
        }
        finally
        {
            _directory.Dispose();
        }
    }

    // Files of another layout are built again.
    private string Layout => "2 " + string.Join(',', _suggestSources.Order(StringComparer.Ordinal));

    private static (IReadOnlyCollection<string> Sources, Analyzer Analyzer) Analysis(IndexSchema schema)
    {
        var sources = SuggestFields.SourcesOf(schema);
        return (sources, SuggestFields.With(AnalyzerCatalog.For(schema, forQueries: false), sources));
    }

    private static (long Seq, string? Stamp) ReadCommit(Lucene.Net.Store.Directory directory, string layout)
    {
        if (!DirectoryReader.IndexExists(directory))
            return (-1, null);
        using var reader = DirectoryReader.Open(directory);
        foreach (var leaf in reader.Leaves)
            leaf.AtomicReader.CheckIntegrity();
        var entries = reader.IndexCommit.UserData;
        return
            entries.TryGetValue(LayoutEntry, out var found)
            && found == layout
            && entries.TryGetValue(SeqEntry, out var seq)
            && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, entries.TryGetValue(StampEntry, out var stamp) ? stamp : null)
            : (-1, null);
    }

    private void Add(TextDocument document)
    {
        var fields = new Document
        {
            new StringField(KeyField, document.Key, Lucene.Net.Documents.Field.Store.NO),
            new NumericDocValuesField(OrdField, document.Ord),
        };
        AddTexts(fields, document.Values, _schema.Fields);
        _writer.AddDocument(fields, _analyzer);
    }

    private void AddTexts(Document document, ComplexValue values, IReadOnlyList<Schema.Field> fields)
    {
        foreach (var field in fields)
        {
            if (!field.IsText && field.Kind != FieldKind.Complex)
                continue;
            switch (values.Values[field.Position])
            {
                case string text:
                    AddText(document, field.Path, text);
                    break;
                case ComplexValue complex:
                    AddTexts(document, complex, field.Fields);
                    break;
                case object[] items:
                    foreach (var item in items)
                    {
                        if (item is ComplexValue complex)
                            AddTexts(document, complex, field.Fields);
                        else
                            AddText(document, field.Path, (string)item);
                    }
                    break;
            }
        }
    }

    private void AddText(Document document, string path, string text)
    {
        document.Add(new TextField(path, text, Lucene.Net.Documents.Field.Store.NO));
        if (_suggestSources.Contains(path))
            SuggestFields.Add(document, path, text);
    }
}

/// <summary>A document on its way into the text index.</summary>
internal sealed record TextDocument(long Ord, string Key, ComplexValue Values);
