using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EmbeddingFunctions.Local.Http;

/// <summary>
/// `curl 'http://localhost:7071/api/search?q=苹果'` sends the bytes as they are, and Kestrel answers 400. This percent-encodes
/// them in request lines before Kestrel sees them.
/// </summary>
internal static class RawTargets
{
    public static void UseRawTargets(this ListenOptions listen) =>
        listen.Use(next =>
            async connection =>
            {
                var transport = connection.Transport;
                // Kestrel's own limits hold: the pipe pauses when it is not read
                var pipe = new Pipe();
                connection.Transport = new Duplex(pipe.Reader, transport.Output);
                var copying = CopyAsync(transport.Input, pipe.Writer);
                try
                {
                    await next(connection);
                }
                finally
                {
                    await pipe.Reader.CompleteAsync();
                    transport.Input.CancelPendingRead();
                    await copying;
                    connection.Transport = transport;
                }
            }
        );

    private static async Task CopyAsync(PipeReader input, PipeWriter output)
    {
        var escaper = new TargetEscaper();
        Exception? failure = null;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                foreach (var segment in read.Buffer)
                {
                    escaper.Copy(segment.Span, output);
                }
                input.AdvanceTo(read.Buffer.End);
                var flushed = await output.FlushAsync();
                if (read.IsCompleted || read.IsCanceled || flushed.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            // Kestrel learns it as it would from the transport
            failure = e;
        }
        await output.CompleteAsync(failure);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

/// <summary>
/// Percent-encodes bytes above 0x7F in the request lines of a connection and leaves everything else alone. It follows
/// requests without a body; after the first body it only copies, because from there on it cannot tell a request line from
/// content without reading HTTP as Kestrel does.
/// </summary>
internal sealed class TargetEscaper
{
    private static readonly string[] BodyHeaders = ["content-length:", "transfer-encoding:", "upgrade:"];

    private readonly byte[] _line = new byte[20];
    private int _length;
    private bool _hasBody;
    private Part _part = Part.RequestLine;

    private enum Part
    {
        RequestLine,
        Headers,
        Rest,
    }

    public void Copy(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        while (bytes.Length > 0)
        {
            if (_part == Part.Rest)
            {
                output.Write(bytes);
                return;
            }
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..(end + 1)];
            if (_part == Part.RequestLine)
            {
                Escape(line, output);
            }
            else
            {
                output.Write(line);
            }
            Remember(line);
            if (end >= 0)
            {
                EndLine();
            }
            bytes = bytes[line.Length..];
        }
    }

    private static void Escape(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        while (line.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is >= 0 and var at)
        {
            output.Write(line[..at]);
            var escaped = output.GetSpan(3);
            escaped[0] = (byte)'%';
            Utf8Formatter.TryFormat(line[at], escaped[1..], out _, new StandardFormat('X', 2));
            output.Advance(3);
            line = line[(at + 1)..];
        }
        output.Write(line);
    }

    // only the beginning matters
    private void Remember(ReadOnlySpan<byte> line)
    {
        var kept = Math.Min(line.Length, _line.Length - _length);
        line[..kept].CopyTo(_line.AsSpan(_length));
        _length += kept;
    }

    private void EndLine()
    {
        var text = Encoding.Latin1.GetString(_line, 0, _length);
        _length = 0;
        var isEmpty = text is "\n" or "\r\n";
        if (_part == Part.RequestLine)
        {
            // empty lines before a request are allowed
            _part = isEmpty ? Part.RequestLine : Part.Headers;
        }
        else if (isEmpty)
        {
            _part = _hasBody ? Part.Rest : Part.RequestLine;
        }
        else
        {
            _hasBody |= BodyHeaders.Any(name => text.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        }
    }
}
