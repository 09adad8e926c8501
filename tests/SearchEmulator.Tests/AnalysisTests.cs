using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The terms of analyzers, as <c>search.analyze</c> tells them.</summary>
public sealed class AnalysisTests : IAsyncLifetime
{
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulator.StartAsync();
        await _emulator.CreateAsync(TestIndex.Everything());
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("standard.lucene", "The Quick fox's", "the|quick|fox's")]
    [InlineData("standardasciifolding.lucene", "Café Ångström", "cafe|angstrom")]
    [InlineData("keyword", "As It is", "As It is")]
    [InlineData("pattern", "a-b, C", "a|b|c")]
    [InlineData("simple", "x2y Z", "x|y|z")]
    [InlineData("stop", "the end of it", "end")]
    [InlineData("whitespace", "The End.", "The|End.")]
    [InlineData("en.lucene", "the running foxes", "run|fox")]
    [InlineData("en.microsoft", "the running foxes", "run|fox")]
    [InlineData("de.lucene", "die Häuser", "haus")]
    [InlineData("fr.lucene", "l'avion des chevaux", "avion|cheval")]
    [InlineData("ja.lucene", "東京都", "東京|京都")]
    [InlineData("zh-Hans.lucene", "我是中国人", "我|是|中国|人")]
    [InlineData("ru.lucene", "книги", "книг")]
    public async Task A_named_analyzer_gives_its_terms(string analyzer, string text, string terms) =>
        (await TermsAsync(new { text, analyzer })).ShouldBe(terms);

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Every_language_is_analyzed_by_its_own_name_and_by_microsofts(string language)
    {
        foreach (var name in new[] { $"{language}.lucene", $"{(language == "no" ? "nb" : language)}.microsoft" })
            (await TermsAsync(new { text = "hotel 東京 1984", analyzer = name })).ShouldContain("1984");
    }

    public static TheoryData<string> Languages =>
        [.. EmbeddingFunctions.SearchEmulator.Analysis.LanguageAnalyzers.Languages];

    [Theory]
    [InlineData(
        """{"tokenizer":"standard_v2","tokenFilters":["lowercase","porter_stem"]}""",
        "Running Dogs",
        "run|dog"
    )]
    [InlineData(
        """{"tokenizer":"keyword_v2","charFilters":["html_strip"],"tokenFilters":["trim"]}""",
        "<b>x</b> y",
        "x y"
    )]
    [InlineData("""{"tokenizer":"whitespace","tokenFilters":["edgeNGram_v2"]}""", "abc", "a|ab")]
    [InlineData("""{"tokenizer":"whitespace","tokenFilters":["nGram_v2"]}""", "abc", "a|ab|b|bc|c")]
    [InlineData("""{"tokenizer":"path_hierarchy_v2"}""", "/a/b", "/a|/a/b")]
    [InlineData("""{"tokenizer":"whitespace","tokenFilters":["unique"]}""", "a b a", "a|b")]
    [InlineData("""{"tokenizer":"whitespace","tokenFilters":["shingle"]}""", "a b", "a|a b|b")]
    [InlineData("""{"tokenizer":"whitespace","tokenFilters":["word_delimiter"]}""", "AzureSearch-1", "Azure|Search|1")]
    [InlineData("""{"tokenizer":"letter","tokenFilters":["reverse","uppercase"]}""", "ab1cd", "BA|DC")]
    public async Task Predefined_parts_can_be_put_together(string parts, string text, string terms)
    {
        var request = JsonNode.Parse(parts)!;
        request["text"] = text;
        (await TermsAsync(request)).ShouldBe(terms);
    }

    [Theory]
    [InlineData(
        "tokenizers",
        "EdgeNGramTokenizer",
        """{"minGram":2,"maxGram":3,"tokenChars":["letter"]}""",
        "abcd 12",
        "ab|abc"
    )]
    [InlineData(
        "tokenizers",
        "NGramTokenizer",
        """{"minGram":2,"maxGram":2,"tokenChars":["digit"]}""",
        "a123",
        "12|23"
    )]
    [InlineData("tokenizers", "PatternTokenizer", """{"pattern":","}""", "a b,c", "a b|c")]
    [InlineData("tokenizers", "PatternTokenizer", """{"pattern":"\\W+"}""", "café x", "caf|x")]
    [InlineData("tokenizers", "PatternTokenizer", """{"pattern":"x","flags":"CASE_INSENSITIVE"}""", "aXb", "a|b")]
    [InlineData("tokenizers", "StandardTokenizerV2", """{"maxTokenLength":3}""", "abcdefg h", "abc|def|g|h")]
    [InlineData("tokenizers", "KeywordTokenizerV2", """{"maxTokenLength":4}""", "ab cde", "ab c|de")]
    [InlineData(
        "tokenizers",
        "PathHierarchyTokenizerV2",
        """{"delimiter":".","reverse":true}""",
        "a.b.c",
        "a/b/c|b/c|c"
    )]
    [InlineData("tokenizers", "UaxUrlEmailTokenizer", "{}", "to a@b.org", "to|a@b.org")]
    [InlineData("tokenizers", "ClassicTokenizer", "{}", "AT&T x", "AT&T|x")]
    [InlineData("tokenFilters", "AsciiFoldingTokenFilter", """{"preserveOriginal":true}""", "é", "e|é")]
    [InlineData("tokenFilters", "CommonGramTokenFilter", """{"commonWords":["the"]}""", "the end", "the|the_end|end")]
    [InlineData(
        "tokenFilters",
        "DictionaryDecompounderTokenFilter",
        """{"wordList":["donau","schiff"]}""",
        "donauschiff",
        "donauschiff|donau|schiff"
    )]
    [InlineData(
        "tokenFilters",
        "EdgeNGramTokenFilterV2",
        """{"minGram":2,"maxGram":3,"side":"back"}""",
        "abcd",
        "cd|bcd"
    )]
    [InlineData("tokenFilters", "ElisionTokenFilter", """{"articles":["l"]}""", "l'eau d'or", "eau|d'or")]
    [InlineData("tokenFilters", "KeepTokenFilter", """{"keepWords":["a"]}""", "a b", "a")]
    [InlineData("tokenFilters", "LengthTokenFilter", """{"min":2,"max":3}""", "a ab abcd", "ab")]
    [InlineData("tokenFilters", "LimitTokenFilter", """{"maxTokenCount":2}""", "a b c", "a|b")]
    [InlineData(
        "tokenFilters",
        "PatternCaptureTokenFilter",
        """{"patterns":["(\\d+)"],"preserveOriginal":false}""",
        "a12b3",
        "12|3"
    )]
    [InlineData(
        "tokenFilters",
        "PatternReplaceTokenFilter",
        """{"pattern":"(a)(b)","replacement":"$2$1"}""",
        "abab",
        "baba"
    )]
    [InlineData("tokenFilters", "SnowballTokenFilter", """{"language":"german2"}""", "häuser", "haus")]
    [InlineData("tokenFilters", "StemmerTokenFilter", """{"language":"minimalEnglish"}""", "dogs", "dog")]
    [InlineData("tokenFilters", "StemmerOverrideTokenFilter", """{"rules":["ran => run"]}""", "ran", "run")]
    [InlineData("tokenFilters", "StopwordsTokenFilter", """{"stopwordsList":"french"}""", "le chat", "chat")]
    [InlineData("tokenFilters", "StopwordsTokenFilter", """{"stopwords":["X"],"ignoreCase":true}""", "x y", "y")]
    [InlineData(
        "tokenFilters",
        "StopwordsTokenFilter",
        """{"stopwords":["the"],"removeTrailing":false}""",
        "the find the the",
        "find|the"
    )]
    [InlineData("tokenFilters", "StopwordsTokenFilter", """{"removeTrailing":false}""", "find the ", "find")]
    [InlineData("tokenFilters", "StopwordsTokenFilter", """{"removeTrailing":false}""", "the", "the")]
    [InlineData("tokenFilters", "SynonymTokenFilter", """{"synonyms":["a, b", "c => d"]}""", "a c", "a|b|d")]
    [InlineData("tokenFilters", "SynonymTokenFilter", """{"synonyms":["a, b"],"expand":false}""", "b", "a")]
    [InlineData("tokenFilters", "TruncateTokenFilter", """{"length":2}""", "abc", "ab")]
    [InlineData("tokenFilters", "UniqueTokenFilter", "{}", "a a", "a")]
    [InlineData("tokenFilters", "CjkBigramTokenFilter", """{"outputUnigrams":true}""", "x", "x")]
    [InlineData("charFilters", "MappingCharFilter", """{"mappings":["ph=>f","-=>"]}""", "pho-ne", "fone")]
    [InlineData("charFilters", "PatternReplaceCharFilter", """{"pattern":"\\s+","replacement":"_"}""", "a  b", "a_b")]
    public async Task A_part_of_an_index_is_used_echoed_and_survives(
        string list,
        string type,
        string settings,
        string text,
        string terms
    )
    {
        var part = JsonNode.Parse(settings)!;
        part["@odata.type"] = $"#Microsoft.Azure.Search.{type}";
        part["name"] = "mine";
        var definition = Minimal("own");
        definition[list] = new JsonArray(part);
        definition["analyzers"] = new JsonArray(
            new JsonObject
            {
                ["@odata.type"] = "#Microsoft.Azure.Search.CustomAnalyzer",
                ["name"] = "whole",
                ["tokenizer"] = list == "tokenizers" ? "mine" : "whitespace",
                ["tokenFilters"] = list == "tokenFilters" ? new JsonArray("mine") : new JsonArray(),
                ["charFilters"] = list == "charFilters" ? new JsonArray("mine") : new JsonArray(),
            }
        );
        await _emulator.CreateAsync(definition);

        (await TermsAsync(new { text, analyzer = "whole" }, "own")).ShouldBe(terms);
        var (_, echo) = await _emulator.SendAsync("GET", $"indexes('own')?{Emulator.Version}");
        var echoed = echo![list]![0]!.AsObject();
        echoed.Select(m => m.Key).Take(2).ShouldBe(["@odata.type", "name"]);
        foreach (var (name, value) in part.AsObject())
            JsonNode.DeepEquals(echoed[name], value).ShouldBeTrue(name);
        echo.AsObject().Remove("@odata.context");
        var (again, answer) = await _emulator.SendAsync(
            "PUT",
            $"indexes('own')?{Emulator.Version}",
            echo.ToJsonString(),
            Emulator.Representation
        );
        ((int)again.StatusCode).ShouldBe(200, answer?.ToJsonString());
    }

    [Fact]
    public async Task A_custom_analyzer_decides_what_a_field_finds()
    {
        var definition = Minimal("prefixes");
        definition["fields"]!
            .AsArray()
            .Add(
                JsonNode.Parse(
                    """{"name":"code","type":"Edm.String","indexAnalyzer":"prefix","searchAnalyzer":"keyword"}"""
                )
            );
        definition["analyzers"] = JsonNode.Parse(
            """[{"@odata.type":"#Microsoft.Azure.Search.CustomAnalyzer","name":"prefix","tokenizer":"keyword_v2","tokenFilters":["starts"]}]"""
        );
        definition["tokenFilters"] = JsonNode.Parse(
            """[{"@odata.type":"#Microsoft.Azure.Search.EdgeNGramTokenFilterV2","name":"starts","minGram":1,"maxGram":20}]"""
        );
        await _emulator.CreateAsync(definition);
        await _emulator.IndexAsync("prefixes", [new { id = "a", code = "AB-12" }, new { id = "b", code = "AC-12" }]);

        (await _emulator.KeysAsync("prefixes", new { search = "AB" })).ShouldBe(["a"]);
        (await _emulator.KeysAsync("prefixes", new { search = "A" })).ShouldBe(["a", "b"]);
        (await _emulator.KeysAsync("prefixes", new { search = "12" })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"text":"x"}""", "Either 'analyzer'")]
    [InlineData("""{"text":"x","analyzer":"simple","tokenizer":"classic"}""", "Either 'analyzer'")]
    [InlineData("""{"analyzer":"simple"}""", "'text' is required")]
    [InlineData("""{"text":"x","analyzer":"vi.microsoft"}""", "'vi.microsoft'")]
    [InlineData("""{"text":"x","tokenizer":"microsoft_language_tokenizer"}""", "'microsoft_language_tokenizer'")]
    [InlineData("""{"text":"x","tokenizer":"classic","tokenFilters":["phonetic"]}""", "'phonetic'")]
    [InlineData("""{"text":"x","tokenizer":"classic","charFilters":["none"]}""", "'none'")]
    [InlineData("""{"text":"x","analyzer":"simple","normalizer":"lowercase"}""", "'normalizer'")]
    public async Task A_request_that_cannot_be_analyzed_is_refused_by_name(string request, string message)
    {
        var (response, answer) = await _emulator.SendAsync(
            "POST",
            $"indexes('things')/search.analyze?{Emulator.Version}",
            request
        );
        ((int)response.StatusCode).ShouldBe(400, answer?.ToJsonString());
        ((string)answer!["error"]!["message"]!).ShouldContain(message);
    }

    [Theory]
    [InlineData(
        "tokenizers",
        """{"@odata.type":"#Microsoft.Azure.Search.MicrosoftLanguageTokenizer","name":"m"}""",
        "MicrosoftLanguageTokenizer"
    )]
    [InlineData(
        "tokenFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.PhoneticTokenFilter","name":"p"}""",
        "PhoneticTokenFilter"
    )]
    [InlineData("tokenFilters", """{"name":"p"}""", "'@odata.type'")]
    [InlineData(
        "tokenFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.KeepTokenFilter","name":"k"}""",
        "'keepWords'"
    )]
    [InlineData(
        "tokenFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.TruncateTokenFilter","name":"t","length":301}""",
        "between 1 and 300"
    )]
    [InlineData(
        "tokenFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.TruncateTokenFilter","name":"t","extra":1}""",
        "'extra'"
    )]
    [InlineData(
        "tokenFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.TruncateTokenFilter","name":"-t"}""",
        "'-t'"
    )]
    [InlineData(
        "tokenFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.TruncateTokenFilter","name":"lowercase"}""",
        "exists already"
    )]
    [InlineData(
        "tokenFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.PatternReplaceTokenFilter","name":"p","pattern":"(","replacement":""}""",
        "regular expression '('"
    )]
    [InlineData(
        "tokenFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.SynonymTokenFilter","name":"p","synonyms":["a => b => c"]}""",
        "line 1"
    )]
    [InlineData(
        "charFilters",
        """{"@odata.type":"#Microsoft.Azure.Search.MappingCharFilter","name":"p","mappings":["a"]}""",
        "'a=>b'"
    )]
    [InlineData(
        "analyzers",
        """{"@odata.type":"#Microsoft.Azure.Search.CustomAnalyzer","name":"p","tokenizer":"none"}""",
        "'none'"
    )]
    public async Task A_part_that_cannot_be_made_is_refused_and_says_why(string list, string part, string message)
    {
        var definition = Minimal("own");
        definition[list] = new JsonArray(JsonNode.Parse(part));
        var (response, answer) = await _emulator.SendAsync(
            "POST",
            $"indexes?{Emulator.Version}",
            definition.ToJsonString()
        );
        ((int)response.StatusCode).ShouldBe(400, answer?.ToJsonString());
        ((string)answer!["error"]!["message"]!).ShouldContain(message);
    }

    [Fact]
    public async Task An_evil_pattern_of_an_index_does_not_hang_an_upload()
    {
        var definition = Minimal("evil");
        definition["fields"]!
            .AsArray()
            .Add(JsonNode.Parse("""{"name":"text","type":"Edm.String","analyzer":"slow"}"""));
        definition["analyzers"] = JsonNode.Parse(
            """[{"@odata.type":"#Microsoft.Azure.Search.PatternAnalyzer","name":"slow","pattern":"(a+)+$"}]"""
        );
        await _emulator.CreateAsync(definition);
        await _emulator.IndexAsync("evil", [new { id = "1", text = new string('a', 5000) + "!" }]);
    }

    private async Task<string> TermsAsync(object request, string index = "things")
    {
        var (response, answer) = await _emulator.SendAsync(
            "POST",
            $"indexes('{index}')/search.analyze?{Emulator.Version}",
            request
        );
        ((int)response.StatusCode).ShouldBe(200, answer?.ToJsonString());
        return string.Join('|', answer!["tokens"]!.AsArray().Select(t => (string)t!["token"]!));
    }

    private static JsonObject Minimal(string name) =>
        new() { ["name"] = name, ["fields"] = JsonNode.Parse("""[{"name":"id","type":"Edm.String","key":true}]""") };
}
