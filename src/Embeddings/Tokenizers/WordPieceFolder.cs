using System.Text;
using Microsoft.ML.Tokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>Reads a WordPiece tokenizer from tokenizer.json, or from vocab.txt.</summary>
internal static class WordPieceFolder
{
    private const int MaxTokenId = 10_000_000;
    private const int DefaultMaxWordLength = 100;

    /// <param name="json">tokenizer.json.</param>
    /// <param name="config">tokenizer_config.json, whose rules win where both files have them, as in the reference.</param>
    public static WordPiece Load(Json json, Json? config)
    {
        var model = json["model"];
        Expect(json["pre_tokenizer"]["type"], "BertPreTokenizer");
        var normalizer = json["normalizer"];
        Expect(normalizer["type"], "BertNormalizer");
        if (!normalizer["clean_text"].Flag)
        {
            throw normalizer.Unsupported("clean_text false is not supported (true)");
        }

        var vocabulary = model["vocab"].Members.ToDictionary(m => m.Name, m => m.Value.Number, StringComparer.Ordinal);
        return Create(
            vocabulary,
            Rules(
                Rule(config, "do_lower_case") ?? normalizer["lowercase"],
                Rule(config, "strip_accents") ?? normalizer.Optional("strip_accents"),
                Rule(config, "tokenize_chinese_chars") ?? normalizer["handle_chinese_chars"],
                model["max_input_chars_per_word"].Number
            ),
            model["unk_token"],
            model["continuing_subword_prefix"].Text,
            Special(json)
        );
    }

    /// <param name="folder">Has vocab.txt: a token a line, the first is 0.</param>
    /// <param name="config">tokenizer_config.json.</param>
    public static WordPiece Load(string folder, Json config)
    {
        var path = Path.Combine(folder, "vocab.txt");
        if (!File.Exists(path))
        {
            throw new ModelFolderException($"{path}: the file is missing, and so is tokenizer.json");
        }

        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, token) in File.ReadAllText(path).TrimEnd('\n').Split('\n').Index())
        {
            if (!vocabulary.TryAdd(token.TrimEnd('\r'), id))
            {
                throw new ModelFolderException($"{path}: line {id + 1} has a token that an earlier line has");
            }
        }

        int Id(string name) =>
            vocabulary.TryGetValue(Content(config[name]), out var id)
                ? id
                : throw config[name].Unsupported($"'{Content(config[name])}' is not in vocab.txt");

        string[] names = ["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"];
        var added = names
            .Where(name => config.OptionalValue(name) is not null)
            .Select(name => new AddedToken(Id(name), Content(config[name])));
        var rules = Rules(
            config["do_lower_case"],
            config.Optional("strip_accents"),
            config["tokenize_chinese_chars"],
            DefaultMaxWordLength
        );
        var special = new SpecialTokens(Id("cls_token"), Id("sep_token"), new AddedTokens(added));
        return Create(vocabulary, rules, config["unk_token"], "##", special);
    }

    private static WordPiece Create(
        Dictionary<string, int> vocabulary,
        BertRules rules,
        Json unknown,
        string continuation,
        SpecialTokens special
    )
    {
        if (!vocabulary.ContainsKey(Content(unknown)))
        {
            throw unknown.Unsupported($"'{Content(unknown)}' is not in the vocabulary");
        }

        var options = new WordPieceOptions
        {
            Normalizer = new BertNormalizer(rules),
            PreTokenizer = new BertPreTokenizer(),
            UnknownToken = Content(unknown),
            ContinuingSubwordPrefix = continuation,

            // It counts UTF-16 units where the reference counts code points; the normaliser has dealt with longer words.
            MaxInputCharsPerWord = rules.MaxWordLength * 2,
        };
        return new WordPiece(
            new BertNormalizer(rules),
            WordPieceTokenizer.Create(Lines(vocabulary, unknown), options),
            special
        );
    }

    private static BertRules Rules(Json lowerCase, Json? stripAccents, Json ideographs, int maxWordLength) =>
        new(
            LowerCase: lowerCase.Flag,
            StripAccents: stripAccents is { IsNull: false } strip ? strip.Flag : lowerCase.Flag,
            SeparateIdeographs: ideographs.Flag,
            MaxWordLength: maxWordLength
        );

    private static Json? Rule(Json? config, string name) => config?.Optional(name);

    private static SpecialTokens Special(Json json)
    {
        var added = new AddedTokens(json["added_tokens"].Items.Select(Added).ToList());
        var processor = json["post_processor"];
        switch (processor["type"].Text)
        {
            case "BertProcessing":
                return new SpecialTokens(
                    processor["cls"].Items.ElementAt(1).Number,
                    processor["sep"].Items.ElementAt(1).Number,
                    added
                );
            case "TemplateProcessing"
                when processor["single"].Items.ToList() is [var first, var text, var last]
                    && text.Optional("Sequence") is not null:
                return new SpecialTokens(Id(processor, first), Id(processor, last), added);
            case var other:
                throw processor.Unsupported($"'{other}' is not one special token, the text, one special token");
        }
    }

    private static int Id(Json processor, Json template) =>
        processor["special_tokens"][template["SpecialToken"]["id"].Text]["ids"].Items.ToList() is [var id]
            ? id.Number
            : throw processor.Unsupported("a special token of several ids is not supported");

    private static AddedToken Added(Json token) =>
        token["normalized"].Flag
            ? throw token.Unsupported("an added token that is looked for in normalised text is not supported")
            : new AddedToken(
                token["id"].Number,
                token["content"].Text,
                token["lstrip"].Flag,
                token["rstrip"].Flag,
                token["single_word"].Flag
            );

    /// <summary>A token in tokenizer_config.json is a text, or an object that holds it.</summary>
    private static string Content(Json token) => token.IsObject ? token["content"].Text : token.Text;

    private static void Expect(Json type, string expected)
    {
        if (!string.Equals(type.Text, expected, StringComparison.Ordinal))
        {
            throw type.Unsupported($"'{type.Text}' is not supported ({expected})");
        }
    }

    /// <summary>The vocabulary as the file that Microsoft.ML.Tokenizers reads: a token a line, an empty line where an id is free.</summary>
    private static MemoryStream Lines(Dictionary<string, int> vocabulary, Json where)
    {
        var max = vocabulary.Values.Max();
        if (max > MaxTokenId)
        {
            throw where.Unsupported($"id {max} in the vocabulary is above {MaxTokenId}");
        }

        var lines = new string[max + 1];
        foreach (var (token, id) in vocabulary)
        {
            if (lines[id] is { } other || token.AsSpan().ContainsAny('\r', '\n'))
            {
                throw where.Unsupported($"id {id} of the vocabulary has two tokens, or one with a line break");
            }

            lines[id] = token;
        }

        return new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
    }
}
