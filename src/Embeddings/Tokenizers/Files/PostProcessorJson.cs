namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>The "post_processor" of tokenizer.json.</summary>
internal static class PostProcessorJson
{
    private static readonly TemplatePart First = TemplatePart.Sequence(0, typeId: 0);
    private static readonly TemplatePart Second = TemplatePart.Sequence(1, typeId: 1);

    /// <param name="json">Null if there is none.</param>
    public static (Template Single, Template Pair, SpanTrim? Trim) Read(Json? json)
    {
        var bare = (new Template([First]), new Template([First, Second]), (SpanTrim?)null);
        if (json is not { } one)
        {
            return bare;
        }

        var type = one["type"];
        switch (type.Text)
        {
            case "TemplateProcessing":
                return (Template(one, "single", texts: 1), Template(one, "pair", texts: 2), null);
            case "BertProcessing":
                return Bert(Id(one["cls"]), Id(one["sep"]));
            case "RobertaProcessing":
                return Roberta(Id(one["cls"]), Id(one["sep"]), Trim(one));
            case "ByteLevel":
                return bare with { Item3 = Trim(one) };
            case "Sequence":
                var parts = one["processors"].Items.Select(part => (Json: part, Read: Read(part))).ToList();
                var templates = parts.Where(part => part.Json["type"].Text is not "ByteLevel").ToList();
                var (single, pair, _) = templates switch
                {
                    [] => bare,
                    [var only] => only.Read,
                    _ => throw one.Unsupported("more than one template is not supported"),
                };
                return (single, pair, parts.Select(part => part.Read.Trim).FirstOrDefault(trim => trim is not null));
            case var other:
                throw type.Unsupported(
                    $"post-processor '{other}' is not supported (BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing)"
                );
        }
    }

    /// <summary>[CLS] text [SEP], and [CLS] text [SEP] second [SEP], the second and what closes it of type 1.</summary>
    public static (Template Single, Template Pair, SpanTrim? Trim) Bert(int cls, int sep)
    {
        TemplatePart[] single = [TemplatePart.Special(cls, 0), First, TemplatePart.Special(sep, 0)];
        return (new Template(single), new Template([.. single, Second, TemplatePart.Special(sep, 1)]), null);
    }

    /// <summary>&lt;s&gt; text &lt;/s&gt;, and &lt;s&gt; text &lt;/s&gt;&lt;/s&gt; second &lt;/s&gt;, all of type 0.</summary>
    public static (Template Single, Template Pair, SpanTrim? Trim) Roberta(int cls, int sep, SpanTrim? trim = null)
    {
        var close = TemplatePart.Special(sep, 0);
        TemplatePart[] single = [TemplatePart.Special(cls, 0), First, close];
        return (new Template(single), new Template([.. single, close, TemplatePart.Sequence(1, 0), close]), trim);
    }

    private static SpanTrim? Trim(Json json) =>
        json["trim_offsets"].Flag ? new SpanTrim(PrefixSpace: json["add_prefix_space"].Flag) : null;

    /// <summary>A token is given as its text and its id.</summary>
    private static int Id(Json token) => token.Pair.Second.Number;

    private static Template Template(Json json, string name, int texts)
    {
        var parts = json[name].Items.SelectMany(part => Parts(json, part)).ToList();
        return
            Enumerable.Range(0, texts).All(text => parts.Count(part => part.Text == text) == 1)
            && parts.Count(part => part.Text is not null) == texts
            ? new Template(parts)
            : throw json[name].Unsupported(texts == 1 ? "expected A once, and no B" : "expected A and B, each once");
    }

    private static IEnumerable<TemplatePart> Parts(Json json, Json part)
    {
        if (part.OptionalValue("Sequence") is { } sequence)
        {
            var text = sequence["id"].Text switch
            {
                "A" => 0,
                "B" => 1,
                var other => throw sequence["id"].Unsupported($"found '{other}', expected A or B"),
            };
            return [TemplatePart.Sequence(text, sequence["type_id"].Number)];
        }

        var special = part["SpecialToken"];
        var type = special["type_id"].Number;
        return json["special_tokens"]
            [special["id"].Text]["ids"]
            .Items.Select(id => TemplatePart.Special(id.Number, type));
    }
}
