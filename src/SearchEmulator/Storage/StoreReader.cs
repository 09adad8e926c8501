using Microsoft.Data.Sqlite;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>A pooled connection for one request. Not thread-safe.</summary>
internal sealed class StoreReader(SqliteConnection connection) : IDisposable
{
    private SqliteCommand? _byOrd;

    /// <summary>Any version that a snapshot can still see.</summary>
    public byte[] Json(long ord)
    {
        if (_byOrd is null)
        {
            _byOrd = connection.CreateCommand();
            _byOrd.CommandText = "SELECT json FROM docs WHERE ord = $ord";
            _byOrd.Parameters.Add("$ord", SqliteType.Integer);
        }
        _byOrd.Parameters[0].Value = ord;
        return (byte[]?)_byOrd.ExecuteScalar()
            ?? throw new InvalidOperationException($"Document {ord} of a live snapshot is not in the store.");
    }

    public float[]? Vector(Field field, long ord)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT v FROM \"vector_{field.Name}\" WHERE ord = $ord";
        command.Parameters.AddWithValue("$ord", ord);
        return command.ExecuteScalar() is byte[] bytes ? DocumentStore.ToFloats(bytes) : null;
    }

    public void Dispose()
    {
        _byOrd?.Dispose();
        connection.Dispose();
    }
}
