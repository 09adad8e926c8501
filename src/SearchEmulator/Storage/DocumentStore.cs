using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>
/// The truth of one index: schema, documents and vectors in SQLite. A replaced document stays, marked dead, until no reader
/// can see it (<see cref="StoreTransaction.Purge"/>). One writer; any number of readers.
/// </summary>
internal sealed class DocumentStore : IDisposable
{
    private readonly string _readers;
    private readonly SqliteConnection _writer;

    private DocumentStore(string readers, SqliteConnection writer) => (_readers, _writer) = (readers, writer);

    public static DocumentStore Open(string file)
    {
        // The one writer lives as long as the store: in a pool it would outlive the file of a deleted index.
        var connection = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false };
        var writer = new SqliteConnection(connection.ToString());
        writer.Open();
        // The page size holds only when it is set before the first table; the order of these matters.
        Execute(
            writer,
            """
            PRAGMA page_size = 16384;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = 4000;
            CREATE TABLE IF NOT EXISTS docs(
                ord INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, seq INTEGER NOT NULL, dead INTEGER NOT NULL DEFAULT 0, json BLOB NOT NULL, sum INTEGER);
            CREATE UNIQUE INDEX IF NOT EXISTS docs_key ON docs(key) WHERE dead = 0;
            CREATE INDEX IF NOT EXISTS docs_dead ON docs(ord) WHERE dead = 1;
            CREATE TABLE IF NOT EXISTS tombstones(seq INTEGER NOT NULL, key TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            """
        );
        // A file of before there were checksums: what it holds is taken as it is.
        if (Number(writer, "SELECT count(*) FROM pragma_table_info('docs') WHERE name = 'sum'") == 0)
            Execute(writer, "ALTER TABLE docs ADD COLUMN sum INTEGER");
        // Readers must never make a file where a deleted index was.
        var readers = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite };
        return new DocumentStore(readers.ToString(), writer);
    }

    /// <summary>Null when the process died while the index was being created.</summary>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    public (IndexSchema Schema, string ETag)? ReadSchema(SynonymCatalog synonyms)
    {
        if (Meta("schema") is not { } schema)
            return null;
        if (Meta("sum") is { } sum && sum != SumOf(schema))
            throw new InvalidDataException("its definition is not what was written");
        return (IndexSchema.From(JsonNode.Parse(schema)!.AsObject(), synonyms), Meta("etag")!);
    }

    /// <exception cref="InvalidDataException">The table of documents is damaged.</exception>
    public void Check()
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "PRAGMA quick_check('docs')";
        if (command.ExecuteScalar() is string found && found != "ok")
            throw new InvalidDataException(found);
    }

    /// <summary>The highest ord that was ever given away.</summary>
    public long LastOrd() =>
        Number(
            _writer,
            "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'docs'), 0), coalesce((SELECT max(ord) FROM docs), 0))"
        );

    /// <summary>Number of the last committed batch; the derived text index says which one it has seen.</summary>
    public long Seq => long.Parse(Meta("seq") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>Distinguishes this index from an earlier one of the same name.</summary>
    public string Stamp => Meta("stamp")!;

    public void WriteSchema(IndexSchema schema, string etag)
    {
        using var transaction = _writer.BeginTransaction();
        foreach (var field in schema.VectorFields)
            Execute(
                _writer,
                $"CREATE TABLE IF NOT EXISTS \"vector_{field.Name}\"(ord INTEGER PRIMARY KEY, v BLOB NOT NULL)"
            );
        var definition = schema.Definition.ToJsonString();
        SetMeta("schema", definition);
        SetMeta("sum", SumOf(definition));
        SetMeta("etag", etag);
        if (Meta("stamp") is null)
            SetMeta("stamp", Guid.NewGuid().ToString("N"));
        transaction.Commit();
    }

    /// <summary>Removes what only readers of an earlier process could have needed.</summary>
    public void PurgeDead(IndexSchema schema)
    {
        using var transaction = _writer.BeginTransaction();
        foreach (var field in schema.VectorFields)
            Execute(_writer, $"DELETE FROM \"vector_{field.Name}\" WHERE ord IN (SELECT ord FROM docs WHERE dead = 1)");
        Execute(_writer, "DELETE FROM docs WHERE dead = 1");
        transaction.Commit();
    }

    public StoreTransaction Begin(IndexSchema schema) => new(_writer, schema, Seq + 1);

    /// <summary>All live documents in order, or those of batches after <paramref name="afterSeq"/>.</summary>
    public IEnumerable<StoredDocument> ReadAll(long afterSeq = 0)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT ord, json FROM docs WHERE dead = 0 AND seq > $seq ORDER BY ord";
        command.Parameters.AddWithValue("$seq", afterSeq);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return new StoredDocument(rows.GetInt64(0), (byte[])rows[1]);
    }

    /// <summary>Keys that batches after <paramref name="afterSeq"/> removed.</summary>
    public IReadOnlyList<string> ReadTombstones(long afterSeq)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "SELECT DISTINCT key FROM tombstones WHERE seq > $seq";
        command.Parameters.AddWithValue("$seq", afterSeq);
        using var rows = command.ExecuteReader();
        var keys = new List<string>();
        while (rows.Read())
            keys.Add(rows.GetString(0));
        return keys;
    }

    /// <summary>The text index has everything up to <paramref name="seq"/> on disk.</summary>
    public void ForgetTombstones(long seq)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "DELETE FROM tombstones WHERE seq <= $seq";
        command.Parameters.AddWithValue("$seq", seq);
        command.ExecuteNonQuery();
    }

    /// <summary>All live documents in the order of their ords: JSON, key and checksum.</summary>
    public StoreCursor ReadDocuments() =>
        new(Connect(), "SELECT ord, json, key, sum FROM docs WHERE dead = 0 ORDER BY ord");

    /// <summary>All keys of live documents as the index of keys has them.</summary>
    public StoreCursor ReadKeys() =>
        new(Connect(), "SELECT ord, key FROM docs INDEXED BY docs_key WHERE dead = 0 ORDER BY key");

    /// <summary>The vectors of a field in the order of their ords, those of dead documents among them.</summary>
    public StoreCursor ReadVectors(Field field) =>
        new(Connect(), $"SELECT ord, v FROM \"vector_{field.Name}\" ORDER BY ord");

    public StoreReader Read() => new(Connect());

    /// <summary>Bytes of the database file and its log.</summary>
    public long StorageSize()
    {
        var file = new FileInfo(_writer.DataSource);
        var log = new FileInfo(_writer.DataSource + "-wal");
        return (file.Exists ? file.Length : 0) + (log.Exists ? log.Length : 0);
    }

    public void Dispose()
    {
        _writer.Dispose();
        using var pooled = new SqliteConnection(_readers);
        SqliteConnection.ClearPool(pooled);
    }

    public static float[] ToFloats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_readers);
        connection.Open();
        return connection;
    }

    private string? Meta(string name)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "SELECT value FROM meta WHERE name = $name";
        command.Parameters.AddWithValue("$name", name);
        return (string?)command.ExecuteScalar();
    }

    private void SetMeta(string name, string value) => SetMeta(_writer, name, value);

    public static void SetMeta(SqliteConnection connection, string name, string value)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO meta(name, value) VALUES($name, $value) ON CONFLICT(name) DO UPDATE SET value = excluded.value";
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$value", value);
        command.ExecuteNonQuery();
    }

    private static string SumOf(string definition) => Checksum.Of(definition).ToString(CultureInfo.InvariantCulture);

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>A stored document: <see cref="Ord"/> is new with every version of it and never used again.</summary>
internal sealed record StoredDocument(long Ord, byte[] Json);
