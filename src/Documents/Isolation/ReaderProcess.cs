using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EmbeddingFunctions.Documents.Formats;

namespace EmbeddingFunctions.Documents.Isolation;

/// <summary>One child process as its parent sees it: started when needed, killed when it costs too much. Used by one reading at a time.</summary>
internal sealed class ReaderProcess(ReadLimits limits) : IDisposable
{
    // What ends a process from outside on Unix, such as a container that has no memory left: 128 + SIGKILL.
    private const int Killed = 137;

    private Process? _process;

    public async Task<Document> ReadAsync(Source source)
    {
        var process = _process ??= Start();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(source.CancellationToken);
        time.CancelAfter(limits.Time);
        var isWhole = false;
        try
        {
            await SendAsync(process, source, time.Token).ConfigureAwait(false);
            var document = await ReceiveAsync(process, time.Token).ConfigureAwait(false);
            isWhole = true;
            return document;
        }
        catch (DocumentException)
        {
            isWhole = true;
            throw;
        }
        catch (OperationCanceledException) when (!source.CancellationToken.IsCancellationRequested)
        {
            throw DocumentReader.OverTime(limits);
        }
        catch (IOException)
        {
            await process.WaitForExitAsync(time.Token).ConfigureAwait(false);
            throw process.ExitCode == Killed
                ? new DocumentException(
                    DocumentFault.Exhausted,
                    "The process that read the file was ended from outside."
                )
                : OverMemory();
        }
        finally
        {
            if (!isWhole)
            {
                Dispose();
            }
        }
    }

    public void Dispose()
    {
        try
        {
            _process?.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException) { } // it has ended
        _process?.Dispose();
        _process = null;
    }

    private static async Task SendAsync(Process process, Source source, CancellationToken cancellationToken)
    {
        var input = process.StandardInput.BaseStream;
        await input.WriteAsync(Head(source), cancellationToken).ConfigureAwait(false);
        await input.WriteAsync(source.Bytes, cancellationToken).ConfigureAwait(false);
        await input.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Head(Source source)
    {
        using var head = new MemoryStream();
        using var writer = new BinaryWriter(head);
        writer.Write(source.Name);
        writer.Write(source.Bytes.Length);
        writer.Flush();
        return head.ToArray();
    }

    private async Task<Document> ReceiveAsync(Process process, CancellationToken cancellationToken)
    {
        var output = process.StandardOutput;
        var answer = await NextAsync<ReaderAnswer>().ConfigureAwait(false);
        if (answer.Document is not { } document)
        {
            throw answer.Fault == DocumentFault.Exhausted
                ? OverMemory()
                : new DocumentException(answer.Fault, answer.Message);
        }

        var blocks = new Block[answer.Blocks];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = await NextAsync<Block>().ConfigureAwait(false);
        }

        return document with
        {
            Blocks = blocks,
        };

        async Task<T> NextAsync<T>() =>
            await output.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line
                ? JsonSerializer.Deserialize<T>(line, ReaderAnswer.Json)!
                : throw new EndOfStreamException();
    }

    // The limit is the same at each try, so the fault is the file's.
    private DocumentException OverMemory() =>
        new(
            DocumentFault.TooLarge,
            $"Reading the file takes more than the {limits.Memory:N0} bytes of memory allowed, or it nests too deeply."
        );

    private Process Start()
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory(); // <dotnet>/shared/Microsoft.NETCore.App/<version>/
        var start = new ProcessStartInfo
        {
            FileName = Path.GetFullPath(
                Path.Combine(runtime, "../../..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet")
            ),
            ArgumentList = { typeof(ReaderWorker).Assembly.Location, JsonSerializer.Serialize(limits) },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };

        // Nothing of this process's settings, secrets among them, is for a parser's eyes.
        var kept = start.Environment.Where(pair => IsOfMachine(pair.Key)).ToList();
        start.Environment.Clear();
        kept.ForEach(start.Environment.Add);
        start.Environment["DOTNET_GCHeapHardLimit"] = limits.Memory.ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        try
        {
            var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return process;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName}: the reader process could not be started.", e);
        }
    }

    private static bool IsOfMachine(string variable) =>
        variable.ToUpperInvariant()
            is "PATH"
                or "HOME"
                or "LANG"
                or "TMPDIR"
                or "TEMP"
                or "TMP"
                or "SYSTEMROOT"
                or "LD_LIBRARY_PATH"
                or "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";
}
