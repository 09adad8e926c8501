using ConsoleAppFramework;

namespace Benchmarks;

/// <summary>Figures as ratios of two things measured in the same run, in turns: absolute times say little on a shared machine.</summary>
internal static class Commands
{
    /// <summary>Embedding through EmbeddingModel against bare session.run with the token ids made before.</summary>
    /// <param name="model">Folder in models/.</param>
    /// <param name="tokens">Tokens of a passage.</param>
    /// <param name="rounds">Rounds of each, in turns.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Embed(
        string model = "multilingual-e5-small",
        int tokens = 130,
        int rounds = 7,
        CancellationToken cancellationToken = default
    ) => EmbedBenchmark.RunAsync(model, tokens, rounds, cancellationToken);

    /// <summary>Short texts that may share runs (EmbedOptions.Batch) against one a run.</summary>
    /// <param name="model">Folder in models/.</param>
    /// <param name="tokens">Tokens of a text.</param>
    /// <param name="rounds">Rounds of each, in turns.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Batch(
        string model = "multilingual-e5-small",
        int tokens = 10,
        int rounds = 15,
        CancellationToken cancellationToken = default
    ) => EmbedBenchmark.BatchAsync(model, tokens, rounds, cancellationToken);

    /// <summary>Everything started with empty data until it answers with a vector, against the model alone in this process.</summary>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Start(CancellationToken cancellationToken = default) =>
        StartBenchmark.RunAsync(cancellationToken);

    /// <summary>A tokenizer: to load, its share of embedding, and the growth of its time for texts made to be slow.</summary>
    /// <param name="model">Folder in models/.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Tokens(string model = "multilingual-e5-small", CancellationToken cancellationToken = default) =>
        TokensBenchmark.RunAsync(model, cancellationToken);

    /// <summary>500 one-page documents put into the container until all are Indexed, against embedding the same chunks alone.</summary>
    /// <param name="documents">Documents to put.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Path(int documents = 500, CancellationToken cancellationToken = default) =>
        PathBenchmark.RunAsync(documents, cancellationToken);

    /// <summary>
    /// The search emulator: vector scan against bare TensorPrimitives, filtered scan, growth, text queries, upload against its parts,
    /// start.
    /// </summary>
    /// <param name="vectors">Vectors of 384 floats, for the scan and the start; memory of about 4 kB each.</param>
    /// <param name="documents">Documents with text.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Search(
        int vectors = 1_000_000,
        int documents = 100_000,
        CancellationToken cancellationToken = default
    ) => SearchBenchmark.RunAsync(vectors, documents, cancellationToken);

    /// <summary>Latency of a query while documents are being indexed, against an idle product.</summary>
    /// <param name="documents">Documents that are indexed meanwhile.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Latency(int documents = 500, CancellationToken cancellationToken = default) =>
        LatencyBenchmark.RunAsync(documents, cancellationToken);

    /// <summary>
    /// How well questions find their passage through the app's own index, query path and search emulator: R@1, R@5 and MRR@10 by words,
    /// by vectors and by both. Each passage is one chunk.
    /// </summary>
    /// <param name="sets">Folder of retrieval-*-passages.jsonl and -questions.jsonl (src/Tools/README.md).</param>
    /// <param name="model">Folder in models/.</param>
    /// <param name="analyzer">Search__Analyzer.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Retrieve(
        [Argument] string sets,
        string model = "multilingual-e5-small",
        string analyzer = "zh-Hans.lucene",
        CancellationToken cancellationToken = default
    ) => RetrieveBenchmark.RunAsync(sets, model, analyzer, cancellationToken);

    /// <summary>Reading and chunking files against embedding what comes out, and the recall of their text. tests/foreign/fetch.sh fetches files.</summary>
    /// <param name="folder">Folder of files; oracle/ in it has the texts that some of them should give.</param>
    /// <param name="model">Folder in models/.</param>
    /// <param name="most">Files of each format.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Read(
        [Argument] string folder,
        string model = "multilingual-e5-small",
        int most = 120,
        CancellationToken cancellationToken = default
    ) => ReadBenchmark.RunAsync(folder, model, most, cancellationToken);

    /// <summary>Peak memory of reading and cutting a large text, and of the product's worker while it takes one and a PDF of many pages.</summary>
    /// <param name="megabytes">Size of the text.</param>
    /// <param name="pages">Pages of the PDF.</param>
    /// <param name="ingest">Also by the product, to the end; Models__Default names the model.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task Large(
        int megabytes = 99,
        int pages = 2000,
        bool ingest = false,
        CancellationToken cancellationToken = default
    ) => LargeBenchmark.RunAsync(megabytes, pages, ingest, cancellationToken);
}
