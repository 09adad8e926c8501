using System.Text;

namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>Safetensors files written here.</summary>
internal static class TinyTensors
{
    /// <summary>A tensor with one row counts as a vector.</summary>
    public static byte[] Write(params (string Name, float[][] Rows)[] tensors)
    {
        var (entries, numbers) = (new List<string>(), new List<byte>());
        foreach (var (name, rows) in tensors)
        {
            var bytes = TinyOnnx.Raw(rows);
            var shape = name.EndsWith("bias", StringComparison.Ordinal)
                ? $"{rows[0].Length}"
                : $"{rows.Length},{rows[0].Length}";
            entries.Add(
                $$"""
                "{{name}}": {"dtype": "F32", "shape": [{{shape}}], "data_offsets": [{{numbers.Count}}, {{numbers.Count
                    + bytes.Length}}]}
                """
            );
            numbers.AddRange(bytes);
        }

        return File($"{{{string.Join(", ", entries)}}}", [.. numbers]);
    }

    public static byte[] File(string header, byte[] numbers)
    {
        var text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. numbers];
    }
}
