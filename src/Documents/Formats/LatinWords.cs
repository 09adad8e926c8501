namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Tells languages of Latin script apart by the small words that every text has, and by letters of their own.</summary>
internal static class LatinWords
{
    private const double LeastScore = 1.25;
    private const double LeastLead = 1.25;
    private const int LongestWord = 9;

    private static readonly (string Language, string Words, string Letters)[] Tables =
    [
        (
            "en",
            "the of and to a in is that it was for with as his on be at by this had are but from not have which you were they or an there been would their will can has more when if about into than its only other some these do what how she he we my your where who please before after over here down out up",
            ""
        ),
        (
            "de",
            "der die und das von den mit sich des im ist dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber vor zur bis mehr durch kann wenn ich auf für wir",
            "äöüß"
        ),
        (
            "fr",
            "le la les et des en alors était déjà avant combien très nos votre un du une est dans qui par pour pas que sur au plus avec ce ne se il sont cette aux ou ont été mais comme ses nous vous leur être sans même fait elle son deux peut ces je tout lorsque",
            "éèàçêôûîùëïœ"
        ),
        (
            "es",
            "el la los que en y ya así antes cuánto muy mi del las un por con una para su al lo como más pero sus le este sí porque esta son entre cuando sin sobre ser también hasta hay donde quien desde todo nos durante uno ni contra ese eso fue está era puede se",
            "áéíóúñ¿¡"
        ),
        (
            "it",
            "il di che la e era già prima quanto qui così tutto anni per un in è non una sono del con si da le dei come nel alla più anche della gli lo ha al ma questo delle dal se nella ed essere stato può quando loro tutti alle sul questa ci solo sia ai degli dalla",
            "àèéìòù"
        ),
        (
            "pt",
            "o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos seus quem nas me esse você foi está são é pode ser",
            "ãõáâêçéíóôúà"
        ),
        (
            "nl",
            "de van het een en in is dat op te zijn met voor niet die aan er om als ook dan maar bij uit nog wordt naar of door over ze werd hij ik worden heeft hebben kan deze meer zo geen tot je wel zich moet al we was",
            "ëïé"
        ),
        (
            "pl",
            "w i na z że się nie do to jest o jak a po co od za przez ale dla są czy tym już jego być tylko może oraz który która które pod tego przy ich tak lub ze także jako gdy ma można był było",
            "łżźśćńęąó"
        ),
        (
            "tr",
            "ve bir bu da de için ile çok olarak daha olan ne gibi kadar sonra en her değil var ama ya mi o ki ise veya olduğu tarafından şekilde göre bunu ancak ben üzerinde zaman içinde yeni iki olur nasıl edilir",
            "çğışöüİ"
        ),
        (
            "vi",
            "và của là có được các cho một trong với không người này những đã để khi đến từ trên về cũng như tại ra nhiều sẽ phải theo bạn vào hay nếu hoặc năm thì đó bằng việc",
            "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
        ),
        (
            "sv",
            "och att det som en på är av för med den till inte har de ett om var från men kan så eller vid när ska skulle sig också under efter mycket där alla man bli vara du jag mot nu",
            "åäöé"
        ),
        (
            "da",
            "og at det som en på er af for med den til ikke har de et om var fra men kan så eller ved når skal vil sig også under efter meget hvor alle man blive være du jeg mod nu blev kun hvis nogle gøre bliver hvad hvordan sådan kunne end eksempel måske",
            "æøå"
        ),
        (
            "nb",
            "og at det som en på er av for med den til ikke har de et om var fra men kan så eller ved når skal vil seg også under etter mye hvor alle man bli være du jeg mot nå ble bare hvis å noen gjøre blir slik kunne enn eksempel kanskje hva hvordan",
            "æøå"
        ),
        (
            "fi",
            "ja on ei se että oli hän mutta ovat kun niin myös joka tai kuin mukaan sekä ole jos voi ne tämä sitä jonka vain olla nyt sen jälkeen siitä mitä",
            "äö"
        ),
        (
            "cs",
            "a v se na je že s z do i o to k pro za by ale jako jsou po tak od nebo může který která které jeho podle při byl aby když také již jen však pokud není být mezi",
            "áčďéěíňóřšťúůýž"
        ),
        (
            "hr",
            "i u je se na da za od su s a o ne koji kao iz što ili po do će ako sve može koje koja nije bi samo biti prema ali kako te ima između",
            "čćđšž"
        ),
        (
            "ro",
            "și de la în a cu pe un o din care nu este că să pentru mai ce sau sunt fi dar fost prin după ca se lui al ale acest această poate cele aceste fără către",
            "ăâîșțşţ"
        ),
        (
            "hu",
            "a az és hogy nem is egy ez meg de csak ha már mint vagy még volt kell lesz van azt el ezt lehet minden között után szerint pedig illetve",
            "áéíóöőúüű"
        ),
        (
            "ca",
            "de la el que i a en els les del un per amb una no és al es com més o dels pel però també seva aquest aquesta són ha si quan entre ser perquè sobre fins tot",
            "àçèéíïòóú·"
        ),
        (
            "id",
            "yang dan di dengan untuk dari ini itu pada tidak dalam adalah akan ke oleh atau juga anda dapat telah sebagai karena tersebut bisa ada lebih saat kami mereka seperti jika",
            ""
        ),
    ];

    private static readonly Dictionary<string, double[]>.AlternateLookup<ReadOnlySpan<char>> Weights = WordWeights()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly Dictionary<char, double[]> LetterWeights = Weigh(
        Tables.Select(table => table.Letters.ToCharArray()).ToArray(),
        EqualityComparer<char>.Default,
        0.5
    );

    /// <summary>A BCP 47 tag; null for too few words, or for none of these languages.</summary>
    public static string? LanguageOf(string text)
    {
        var scores = new double[Tables.Length];
        Span<char> word = stackalloc char[LongestWord];
        var length = 0;
        foreach (var c in text.AsSpan())
        {
            var lower = char.ToLowerInvariant(c);
            Add(scores, LetterWeights.GetValueOrDefault(lower));
            if (char.IsLetter(c))
            {
                word[Math.Min(length, LongestWord - 1)] = lower;
                length++;
            }
            else
            {
                AddWord(scores, word, length);
                length = 0;
            }
        }

        AddWord(scores, word, length);
        var best = Array.IndexOf(scores, scores.Max());
        var next = scores.Where((_, i) => i != best).Max();
        return scores[best] >= LeastScore && scores[best] >= next * LeastLead ? Tables[best].Language : null;
    }

    /// <summary>True for a language that would have been found.</summary>
    public static bool Knows(string language) =>
        Array.Exists(Tables, table => string.Equals(table.Language, language, StringComparison.Ordinal));

    private static void AddWord(double[] scores, ReadOnlySpan<char> word, int length)
    {
        // A lone letter of ASCII may be a code, a unit or a variable.
        if (
            length is > 0 and < LongestWord
            && (length > 1 || !char.IsAscii(word[0]))
            && Weights.TryGetValue(word[..length], out var weights)
        )
        {
            Add(scores, weights);
        }
    }

    private static void Add(double[] scores, double[]? weights)
    {
        for (var i = 0; weights is not null && i < scores.Length; i++)
        {
            scores[i] += weights[i];
        }
    }

    private static Dictionary<string, double[]> WordWeights() =>
        Weigh(Tables.Select(table => table.Words.Split(' ')).ToArray(), StringComparer.Ordinal, 1);

    // What several languages share says less of each.
    private static Dictionary<T, double[]> Weigh<T>(T[][] signs, IEqualityComparer<T> comparer, double weight)
        where T : notnull =>
        signs
            .SelectMany(own => own)
            .Distinct(comparer)
            .ToDictionary(
                sign => sign,
                sign =>
                {
                    var has = signs.Select(own => own.Contains(sign, comparer)).ToArray();
                    return has.Select(isOwn => isOwn ? weight / has.Count(other => other) : 0).ToArray();
                },
                comparer
            );
}
