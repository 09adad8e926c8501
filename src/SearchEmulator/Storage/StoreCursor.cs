using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>Rows of an ord and bytes, read without a copy: a start reads everything once. Not thread-safe.</summary>
internal sealed class StoreCursor : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly SqliteDataReader _rows;

    /// <param name="connection">Disposed with the cursor.</param>
    /// <param name="sql">Selects an ord and blobs or texts.</param>
    public StoreCursor(SqliteConnection connection, string sql)
    {
        _connection = connection;
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        _rows = _command.ExecuteReader();
    }

    public long Ord { get; private set; } = -1;

    /// <summary>A blob, or a text in UTF-8, until the cursor moves on.</summary>
    public ReadOnlySpan<byte> Bytes(int column = 1) => raw.sqlite3_column_blob(_rows.Handle!, column);

    public long? Number(int column) => _rows.IsDBNull(column) ? null : _rows.GetInt64(column);

    public bool MoveNext()
    {
        var found = _rows.Read();
        Ord = found ? _rows.GetInt64(0) : long.MaxValue;
        return found;
    }

    /// <summary>The floats of an ord that is not below that of an earlier call, for rows in the order of ords; empty when there are none.</summary>
    /// <exception cref="InvalidDataException">There are not as many as there must be.</exception>
    public ReadOnlySpan<float> Floats(long ord, int count)
    {
        while (Ord < ord && MoveNext()) { }
        if (Ord != ord)
            return [];
        var floats = MemoryMarshal.Cast<byte, float>(Bytes());
        return floats.Length == count
            ? floats
            : throw new InvalidDataException(
                $"The vector of document {ord} has {floats.Length} floats instead of {count}."
            );
    }

    public void Dispose()
    {
        _rows.Dispose();
        _command.Dispose();
        _connection.Dispose();
    }
}
