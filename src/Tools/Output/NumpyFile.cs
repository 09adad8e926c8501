using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Output;

/// <summary>
/// A matrix of little-endian float32 in NumPy's format 1.0 (numpy.lib.format), one row a text. The number of rows is filled in at
/// the end, in room that the header leaves for it.
/// </summary>
internal sealed class NumpyFile(string path, int dimensions) : IVectorFile
{
    private const int HeaderBytes = 128;

    private readonly FileStream _file = Open(path);
    private readonly byte[] _row = new byte[dimensions * sizeof(float)];
    private long _rows;

    public async Task WriteAsync(string text, TextEmbedding embedding, CancellationToken cancellationToken)
    {
        var vector = embedding.Vector.Span;
        for (var i = 0; i < dimensions; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(_row.AsSpan(i * sizeof(float)), vector[i]);
        }

        await _file.WriteAsync(_row, cancellationToken);
        _rows++;
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        header.AsSpan().Fill((byte)' ');
        header[^1] = (byte)'\n';
        byte[] magic = [0x93, .. "NUMPY"u8, 1, 0];
        magic.CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), HeaderBytes - 10);
        Encoding.ASCII.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({_rows}, {dimensions}), }}"
            ),
            header.AsSpan(10)
        );
        _file.Position = 0;
        await _file.WriteAsync(header, cancellationToken);
        await _file.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static FileStream Open(string path)
    {
        var file = new FileStream(path, FileMode.Create);
        file.Write(new byte[HeaderBytes]);
        return file;
    }
}
