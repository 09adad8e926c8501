namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Source code, known by its name or its #! line: a block for each run of lines between blank lines.</summary>
internal sealed class CodeReader(string text) : IFormatReader
{
    // Project files and the like keep in attributes what they say: read as XML they would be empty.
    private static readonly HashSet<string> Extensions = new(
        """
        .ada .adb .ads .asm .awk .bas .bash .bat .bicep .c .cc .cfg .clj .cljs .cmake .cmd .coffee .config .cpp .cs .csproj
        .cshtml .css .csx .cu .cuh .cxx .d .dart .diff .dockerfile .elm .erl .ex .exs .f .f90 .fish .for .fs .fsi .fsproj .fsx
        .gd .go .gradle .graphql .groovy .h .hcl .hh .hpp .hrl .hs .hxx .idl .ini .ipp .java .jl .js .jsx .kt .kts .less .lisp
        .lua .m .mjs .mk .ml .mli .mm .nim .nix .pas .patch .php .pl .pm .pro .properties .props .proto .ps1 .psd1 .psm1 .py
        .pyi .pyx .r .razor .rb .rkt .rs .s .sass .sc .scala .scm .scss .sh .sol .sql .sv .svelte .swift .targets .tcl .tf
        .toml .ts .tsx .v .vb .vbproj .vbs .vhd .vhdl .vue .wsdl .xaml .xsd .xsl .xslt .yaml .yml .zig .zsh
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        StringComparer.Ordinal
    );

    public string Name => "source file";

    public bool HasText => true;

    public static bool Reads(string text, string extension) =>
        Extensions.Contains(extension) || text.StartsWith("#!/", StringComparison.Ordinal);

    public Document Read(Source source)
    {
        var blocks = new BlockList();
        PlainTextReader.AddParagraphs(text, blocks, source, BlockKind.Code);
        return new Document { ContentType = "text/plain", Blocks = blocks };
    }
}
