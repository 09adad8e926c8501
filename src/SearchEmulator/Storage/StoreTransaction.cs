using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>One or more whole batches on their way to disk. Disposed without <see cref="Commit"/>, nothing has happened.</summary>
internal sealed class StoreTransaction : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly IndexSchema _schema;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    public StoreTransaction(SqliteConnection connection, IndexSchema schema, long seq)
    {
        (_connection, _schema, Seq) = (connection, schema, seq);
        _transaction = connection.BeginTransaction();
    }

    public long Seq { get; }

    public StoredDocument? FindLive(string key)
    {
        var command = Command("SELECT ord, json FROM docs WHERE key = $0 AND dead = 0", key);
        using var rows = command.ExecuteReader();
        return rows.Read() ? new StoredDocument(rows.GetInt64(0), (byte[])rows[1]) : null;
    }

    public float[]? Vector(Field field, long ord) =>
        Command($"SELECT v FROM \"vector_{field.Name}\" WHERE ord = $0", ord).ExecuteScalar() is byte[] bytes
            ? DocumentStore.ToFloats(bytes)
            : null;

    /// <param name="ord">Above every one that there ever was.</param>
    /// <param name="key">Of no live document.</param>
    /// <param name="document">Complete.</param>
    public void Insert(long ord, string key, ComplexValue document)
    {
        var json = DocumentWriter.WriteStored(document, _schema);
        var sum = Checksum.OfDocument(ord, Encoding.UTF8.GetBytes(key), json);
        foreach (var field in _schema.VectorFields)
        {
            if (document.Values[field.Position] is not float[] vector)
                continue;
            sum ^= Checksum.OfVector(field, vector);
            Command(
                    $"INSERT INTO \"vector_{field.Name}\"(ord, v) VALUES($0, $1)",
                    ord,
                    MemoryMarshal.AsBytes<float>(vector).ToArray()
                )
                .ExecuteNonQuery();
        }
        Command("INSERT INTO docs(ord, key, seq, json, sum) VALUES($0, $1, $2, $3, $4)", ord, key, Seq, json, sum)
            .ExecuteNonQuery();
    }

    public void Kill(long ord, string key)
    {
        Command("UPDATE docs SET dead = 1 WHERE ord = $0", ord).ExecuteNonQuery();
        Command("INSERT INTO tombstones(seq, key) VALUES($0, $1)", Seq, key).ExecuteNonQuery();
    }

    public void Purge(long ord)
    {
        Command("DELETE FROM docs WHERE ord = $0", ord).ExecuteNonQuery();
        foreach (var field in _schema.VectorFields)
            Command($"DELETE FROM \"vector_{field.Name}\" WHERE ord = $0", ord).ExecuteNonQuery();
    }

    public void Commit()
    {
        DocumentStore.SetMeta(_connection, "seq", Seq.ToString(CultureInfo.InvariantCulture));
        _transaction.Commit();
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _transaction.Dispose();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            command.Transaction = _transaction;
            for (var i = 0; i < values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _commands.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command;
    }
}
