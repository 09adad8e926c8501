using System.Text;

namespace EmbeddingFunctions.Tools.Output;

/// <summary>A UTF-8 file of texts, one a line. A line feed at the end of the file ends its last line and starts none.</summary>
internal sealed class LineFile
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private readonly string _path;

    /// <exception cref="ToolException">There is no such file.</exception>
    public LineFile(string path)
    {
        _path = Path.GetFullPath(path);
        Bytes = File.Exists(_path) ? new FileInfo(_path).Length : throw new ToolException($"There is no file {_path}.");
    }

    public long Bytes { get; }

    /// <summary>Groups of lines, each with the bytes read when it was complete.</summary>
    /// <exception cref="ToolException">A line is not UTF-8.</exception>
    public IEnumerable<(string[] Lines, long Position)> Groups(int size)
    {
        using var reader = new StreamReader(_path, Strict);
        List<string> group = [];
        var number = 0L;
        while (Next() is { } line)
        {
            group.Add(line);
            if (group.Count == size)
            {
                yield return ([.. group], reader.BaseStream.Position);
                group.Clear();
            }
        }

        if (group.Count > 0)
        {
            yield return ([.. group], Bytes);
        }

        string? Next()
        {
            number++;
            try
            {
                return reader.ReadLine();
            }
            catch (DecoderFallbackException e)
            {
                throw new ToolException($"{_path} is not UTF-8 at or soon after line {number}.", e);
            }
        }
    }
}
