using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EmbeddingFunctions.Embeddings.Modules;

/// <summary>
/// A .safetensors file: the header's length in eight bytes, the header as JSON (name, type, shape, from and to of each
/// tensor), the numbers, little-endian. Reads no more than it was asked for, and nothing outside the file.
/// </summary>
internal sealed class SafeTensors : IDisposable
{
    private const int MaxHeader = 1_000_000;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Json _header;
    private readonly long _start;

    private SafeTensors(string path, FileStream file, Json header) =>
        (_path, _file, _header, _start) = (path, file, header, file.Position);

    /// <exception cref="ModelFolderException">The file is cut, or no such file.</exception>
    public static SafeTensors Open(string path)
    {
        var file = File.OpenRead(path);
        try
        {
            Span<byte> prefix = stackalloc byte[sizeof(ulong)];
            Fill(file, prefix, path);
            var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (length > MaxHeader)
            {
                throw new ModelFolderException($"{path}: the header has {length} bytes, expected at most {MaxHeader}");
            }

            var header = new byte[length];
            Fill(file, header, path);
            return new SafeTensors(path, file, Json.Parse(path, header));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="ModelFolderException">There is no such tensor, or it has another type or shape.</exception>
    public float[] Read(string name, params ReadOnlySpan<int> shape)
    {
        var tensor = _header[name];
        int[] found = [.. tensor["shape"].Items.Select(size => size.Number)];
        if (tensor["dtype"].Text != "F32" || !found.AsSpan().SequenceEqual(shape))
        {
            throw tensor.Unsupported(
                $"found {tensor["dtype"].Text} [{string.Join(", ", found)}], expected F32 [{string.Join(", ", shape.ToArray())}]"
            );
        }

        long bytes = sizeof(float);
        foreach (var size in shape)
        {
            bytes *= size;
        }

        int[] offsets = [.. tensor["data_offsets"].Items.Select(offset => offset.Number)];
        if (offsets is not [var from, var to] || (long)to - from != bytes || _start + to > _file.Length)
        {
            throw tensor.Unsupported(
                $"the bytes {string.Join(" to ", offsets)} are not the {bytes} of its shape, or not in the file"
            );
        }

        var numbers = new float[bytes / sizeof(float)];
        _file.Position = _start + from;
        Fill(_file, MemoryMarshal.AsBytes(numbers.AsSpan()), _path);
        return numbers;
    }

    public void Dispose() => _file.Dispose();

    private static void Fill(FileStream file, Span<byte> into, string path)
    {
        if (file.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) != into.Length)
        {
            throw new ModelFolderException($"{path}: the file ends too early");
        }
    }
}
