namespace EmbeddingFunctions.Documents.Tests;

/// <summary>What holds for every format. A format's tests inherit it and say how a file of theirs is made.</summary>
public abstract class ReaderConformance
{
    protected abstract string Extension { get; }

    protected abstract string ContentType { get; }

    /// <summary>A whole file with these paragraphs.</summary>
    protected abstract byte[] Make(params string[] paragraphs);

    /// <summary>A whole file to be damaged.</summary>
    internal Fuzz.Sample Sample =>
        new(Extension, "file" + Extension, Make("The first one, of 12 parts.", "Die zweite: über 34.", "第三段。"));

    /// <summary>What is read of them: a format may need more than paragraphs, such as the name of a sheet.</summary>
    protected virtual string[] Expected(params string[] paragraphs) => paragraphs;

    /// <summary>True for a format that its name alone tells from plain text.</summary>
    protected virtual bool IsNamed => false;

    private Task<Document> ReadAsync(params string[] paragraphs) =>
        Files.ReadAsync(Make(paragraphs), "file" + Extension);

    [Fact]
    public async Task Paragraphs_are_blocks_in_order()
    {
        var document = await ReadAsync("The first one.", "The second one.", "The third one.");

        document.ContentType.ShouldBe(ContentType);
        document.Lines().ShouldBe(Expected("The first one.", "The second one.", "The third one."));
        document.Text.ShouldBe(string.Join("\n\n", Expected("The first one.", "The second one.", "The third one.")));
    }

    [Fact]
    public async Task A_name_that_says_nothing_does_not_matter()
    {
        if (!IsNamed)
        {
            (await Files.ReadAsync(Make("The text."), "file")).ContentType.ShouldBe(ContentType);
        }
    }

    [Fact]
    public async Task No_text_is_a_fault_of_its_own() =>
        (await Files.RefusalOfAsync(Make(" "), "file" + Extension)).Fault.ShouldBe(DocumentFault.Empty);

    [Fact]
    public async Task Too_many_bytes_are_refused()
    {
        var file = Make("The text.");
        var limits = new ReadLimits { Bytes = file.Length - 1 };

        var refusal = await Files.RefusalOfAsync(file, "file" + Extension, limits);

        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
        refusal.Message.ShouldContain($"{file.Length - 1:N0}");
    }

    [Fact]
    public async Task A_stream_that_cannot_seek_and_gives_little_at_a_time_is_read()
    {
        await using var drip = new DripStream(Make("The text."));

        var document = await DocumentReader.ReadAsync(
            drip,
            "file" + Extension,
            cancellationToken: TestContext.Current.CancellationToken
        );

        document.Lines().ShouldBe(Expected("The text."));
    }

    [Fact]
    public async Task Cancellation_is_not_a_fault_of_the_file() =>
        await Should.ThrowAsync<OperationCanceledException>(() =>
            DocumentReader.ReadAsync(
                new MemoryStream(Make("The text.")),
                "file" + Extension,
                cancellationToken: new CancellationToken(canceled: true)
            )
        );

    [Fact]
    public async Task Any_damage_gives_a_document_or_one_kind_of_error()
    {
        var file = Make("The first one.", "The second one with secret words.");
        var random = new Random(7);
        for (var i = 0; i < 150; i++)
        {
            var damaged = i % 3 == 0 ? file[..random.Next(file.Length)] : [.. file];
            for (var hits = i % 3 == 0 ? 0 : random.Next(1, 20); hits > 0; hits--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                var document = await DocumentReader.ReadAsync(
                    new MemoryStream(damaged),
                    "file" + Extension,
                    cancellationToken: TestContext.Current.CancellationToken
                );
                document.Blocks.ShouldNotBeEmpty();
            }
            catch (DocumentException e)
            {
                e.Message.ShouldNotContain("secret");
                e.InnerException.ShouldBeNull();
            }
        }
    }

    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(3, buffer.Length)], cancellationToken);
    }
}
