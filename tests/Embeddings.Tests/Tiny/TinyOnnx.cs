using System.Runtime.InteropServices;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>
/// ONNX files written here, so that tests know what must come out: a network that looks token vectors up in a table, and
/// takes a mask and types only to show that it is given them. The format is protobuf; field numbers are onnx.proto's.
/// </summary>
internal static class TinyOnnx
{
    private const int Float = 1;
    private const int Int64 = 7;

    /// <param name="table">A row an id.</param>
    /// <param name="inputs">input_ids and others.</param>
    /// <param name="output">The name of the token vectors.</param>
    /// <param name="external">A file that holds the table; null puts it into the model.</param>
    public static byte[] Lookup(
        float[][] table,
        IEnumerable<string> inputs,
        string output = "last_hidden_state",
        string? external = null
    )
    {
        var width = table[0].Length;
        var node = Message(
            Text(1, "table"),
            Text(1, "input_ids"),
            Text(2, output),
            Text(4, "Gather"),
            Bytes(5, Message(Text(1, "axis"), Number(3, 0), Number(20, 2)))
        );
        var graph = Message([
            Bytes(1, node),
            Text(2, "lookup"),
            Bytes(5, Table(table, external)),
            .. inputs.Select(name => Bytes(11, Value(name, Int64, "batch", "sequence"))),
            Bytes(12, Value(output, Float, "batch", "sequence", width)),
        ]);
        return Message(Number(1, 8), Bytes(7, graph), Bytes(8, Message(Text(1, ""), Number(2, 13))));
    }

    /// <summary>A reranker: the mean of one number a token.</summary>
    /// <param name="numbers">One an id.</param>
    /// <param name="labels">Scores a pair, all the same.</param>
    public static byte[] Mean(float[] numbers, int labels = 1)
    {
        float[][] table = [.. numbers.Select(number => Enumerable.Repeat(number, labels).ToArray())];
        var lookup = Message(Text(1, "table"), Text(1, "input_ids"), Text(2, "vectors"), Text(4, "Gather"));
        var mean = Message(
            Text(1, "vectors"),
            Text(2, "logits"),
            Text(4, "ReduceMean"),
            Bytes(5, Message(Text(1, "axes"), Number(8, 1), Number(20, 7))),
            Bytes(5, Message(Text(1, "keepdims"), Number(3, 0), Number(20, 2)))
        );
        string[] inputs = ["input_ids", "attention_mask", "token_type_ids"];
        var graph = Message([
            Bytes(1, lookup),
            Bytes(1, mean),
            Text(2, "mean"),
            Bytes(5, Table(table, external: null)),
            .. inputs.Select(name => Bytes(11, Value(name, Int64, "batch", "sequence"))),
            Bytes(12, Value("logits", Float, "batch", labels)),
        ]);
        return Message(Number(1, 8), Bytes(7, graph), Bytes(8, Message(Text(1, ""), Number(2, 13))));
    }

    /// <summary>What an external file of a table holds.</summary>
    public static byte[] Raw(float[][] table) =>
        MemoryMarshal.AsBytes(table.SelectMany(row => row).ToArray().AsSpan()).ToArray();

    private static byte[] Table(float[][] table, string? external)
    {
        byte[] head = Message(Number(1, table.Length), Number(1, table[0].Length), Number(2, Float), Text(8, "table"));
        return external is null
            ? Message(head, Bytes(9, Raw(table)))
            : Message(head, Bytes(13, Message(Text(1, "location"), Text(2, external))), Number(14, 1));
    }

    private static byte[] Value(string name, int type, params object[] shape)
    {
        var dimensions = shape.Select(size => Bytes(1, size is int number ? Number(1, number) : Text(2, (string)size)));
        var tensor = Message(Number(1, type), Bytes(2, Message([.. dimensions])));
        return Message(Text(1, name), Bytes(2, Bytes(1, tensor)));
    }

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Number(int field, long number) => [.. Varint(field << 3), .. Varint(number)];

    private static byte[] Bytes(int field, byte[] bytes) =>
        [.. Varint((field << 3) | 2), .. Varint(bytes.Length), .. bytes];

    private static IEnumerable<byte> Varint(long value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
