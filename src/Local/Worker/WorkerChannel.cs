using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using EmbeddingFunctions.Local.Worker.Protocol;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace EmbeddingFunctions.Local.Worker;

/// <summary>One worker's stream: questions with their answers, invocations, logs. Thread-safe.</summary>
internal sealed class WorkerChannel(ILoggerFactory loggers)
{
    private readonly Channel<StreamingMessage> _outbox = Channel.CreateUnbounded<StreamingMessage>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _pending = new(
        StringComparer.Ordinal
    );
    private volatile bool _closed;

    /// <summary>Carries messages until the worker goes; then everything pending fails.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<StreamingMessage> reader,
        IServerStreamWriter<StreamingMessage> writer,
        CancellationToken cancellationToken
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(writer, ended.Token);
        try
        {
            await foreach (var message in reader.ReadAllAsync(cancellationToken))
            {
                Receive(message);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or Grpc.Core.RpcException)
        {
            // the worker has gone: the same as the stream's end
        }
        finally
        {
            Close();
            await ended.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<StreamingMessage> AskAsync(StreamingMessage question, CancellationToken cancellationToken)
    {
        question.RequestId = Guid.NewGuid().ToString();
        return await SendAsync(question, question.RequestId, cancellationToken);
    }

    /// <exception cref="WorkerException">The function failed, or the worker went.</exception>
    public async Task InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var activity = Activity.Current;
        request.TraceContext = new RpcTraceContext
        {
            TraceParent = activity?.Id ?? $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00",
            TraceState = activity?.TraceStateString ?? "",
        };
        await using var cancel = cancellationToken.Register(() =>
            Post(
                new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } }
            )
        );
        // the worker answers a cancelled invocation too: until then the message in hand is still being worked on
        var answer = await SendAsync(
            new StreamingMessage { InvocationRequest = request },
            request.InvocationId,
            CancellationToken.None
        );
        Require(answer.InvocationResponse.Result, "it failed");
    }

    public void Terminate(TimeSpan grace) =>
        Post(
            new StreamingMessage
            {
                WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) },
            }
        );

    /// <exception cref="WorkerException">The status is not success.</exception>
    public static void Require(StatusResult status, string what)
    {
        if (status.Status == StatusResult.Types.Status.Success)
        {
            return;
        }
        throw new WorkerException(
            status.Exception is { Message.Length: > 0 } exception ? exception.Message : $"{what} ({status.Status})"
        );
    }

    private async Task<StreamingMessage> SendAsync(
        StreamingMessage message,
        string key,
        CancellationToken cancellationToken
    )
    {
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[key] = answer;
        try
        {
            Post(message);
            if (_closed)
            {
                throw Gone();
            }
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _pending.TryRemove(key, out _);
        }
    }

    private void Post(StreamingMessage message) => _outbox.Writer.TryWrite(message);

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> writer, CancellationToken cancellationToken)
    {
        await foreach (var message in _outbox.Reader.ReadAllAsync(cancellationToken))
        {
            await writer.WriteAsync(message, cancellationToken);
        }
    }

    private void Receive(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            // the answer to a terminate or cancel
            case StreamingMessage.ContentOneofCase.None:
                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                Log(message.RpcLog);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                Answer(message.InvocationResponse.InvocationId, message);
                break;
            default:
                Answer(message.RequestId, message);
                break;
        }
    }

    private void Answer(string key, StreamingMessage message)
    {
        if (_pending.TryGetValue(key, out var pending))
        {
            pending.TrySetResult(message);
        }
    }

    private void Log(RpcLog log)
    {
        var logger = loggers.CreateLogger(log.Category is { Length: > 0 } category ? category : "worker");
        var level = log.Level is >= 0 and <= (int)LogLevel.Critical ? (LogLevel)log.Level : LogLevel.None;
        var reason = log.Exception is { Message.Length: > 0 } exception ? $" ({exception.Message})" : "";
        logger.Log(level, "{Message}{Reason}", log.Message, reason);
    }

    private void Close()
    {
        _closed = true;
        _outbox.Writer.TryComplete();
        foreach (var pending in _pending.Values)
        {
            pending.TrySetException(Gone());
        }
    }

    private static WorkerException Gone() => new("the worker has gone");
}
