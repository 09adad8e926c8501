using EmbeddingFunctions.Embeddings;

namespace Benchmarks;

/// <summary>Made-up passages: the same ones in each run, no two alike.</summary>
internal static class Texts
{
    private static readonly string[] Words =
        "the a of and to in harbour light storm keeper river bridge stone winter market letter engine copper field morning train paper glass window table carried wrote opened measured repaired counted followed returned slowly quietly often never early late north south small heavy green broken quiet several many few other every water report garden school doctor village machine signal number season".Split(
            ' '
        );

    /// <summary>A text of so many words, in sentences of about twelve and paragraphs of about sixty.</summary>
    public static string Passage(int words, int seed)
    {
        var random = new Random(seed);
        var text = new System.Text.StringBuilder();
        for (var word = 0; word < words; word++)
        {
            var next = Words[random.Next(Words.Length)];
            text.Append(word % 12 == 0 ? char.ToUpperInvariant(next[0]) + next[1..] : next);
            text.Append(
                (word % 60, word % 12) switch
                {
                    (59, _) => ".\n\n",
                    (_, 11) => ". ",
                    _ => " ",
                }
            );
        }

        return text.ToString().Trim();
    }

    /// <summary>Texts that have just so many tokens, prompt and special tokens counted.</summary>
    public static string[] Of(EmbeddingModel model, int tokens, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(seed =>
                {
                    var words = tokens;
                    var text = Passage(words, seed);
                    while (model.CountTokens(text, InputType.Document) > tokens)
                    {
                        text = text[..text.TrimEnd().LastIndexOf(' ')];
                    }

                    return text;
                }),
        ];
}
