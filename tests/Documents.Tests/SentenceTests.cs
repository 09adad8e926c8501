using EmbeddingFunctions.Documents.Chunking;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class SentenceTests
{
    [Theory]
    [InlineData("One ends. Two follows! Three? Four… Five", "One ends.|Two follows!|Three?|Four…|Five")]
    [InlineData("水泵停机。检查轴承！温度多少？七十度", "水泵停机。|检查轴承！|温度多少？|七十度")]
    [InlineData("“停机。”他说。（第二天。）好", "“停机。”|他说。|（第二天。）|好")]
    [InlineData("He said \"Stop.\" Then he left.", "He said \"Stop.\"|Then he left.")]
    [InlineData("Dr. Smith met Prof. Jones at 3.5 bar. They left.", "Dr. Smith met Prof. Jones at 3.5 bar.|They left.")]
    [InlineData(
        "J. R. Smith came, e.g. Monday. See Fig. 3 and no. 7.",
        "J. R. Smith came, e.g. Monday.|See Fig. 3 and no. 7."
    )]
    [InlineData("Am 3. Oktober kam er. Am 4. ging er.", "Am 3. Oktober kam er.|Am 4. ging er.")]
    [InlineData("What? he asked. Is that all?! Yes.", "What? he asked.|Is that all?!|Yes.")]
    [InlineData("Visit www.example.com. It is v1.2.3.", "Visit www.example.com.|It is v1.2.3.")]
    [InlineData("यह एक वाक्य है। यह दूसरा है।", "यह एक वाक्य है।|यह दूसरा है।")]
    [InlineData("هل هذا سؤال؟ نعم.", "هل هذا سؤال؟|نعم.")]
    [InlineData("Первое. Второе!", "Первое.|Второе!")]
    [InlineData("a line that\nwas wrapped. Next", "a line that\nwas wrapped.|Next")]
    [InlineData("Buy:\n- apples\n- pears", "Buy:|- apples|- pears")]
    [InlineData("He said no. Seven came. See no. 7.", "He said no.|Seven came.|See no. 7.")]
    [InlineData("Eine neue Art. Siehe Art. 5 und Abb. 3. Ende.", "Eine neue Art.|Siehe Art. 5 und Abb. 3.|Ende.")]
    [InlineData("Hr. Kim kam, z. B. am 4. Mai. Dann ging er.", "Hr. Kim kam, z. B. am 4. Mai.|Dann ging er.")]
    [InlineData("M. Durand et Mme. Roy, p. ex. Paul. Il dort.", "M. Durand et Mme. Roy, p. ex. Paul.|Il dort.")]
    [InlineData("« Arrêtez. » Il partit.", "« Arrêtez. »|Il partit.")]
    [InlineData("El Sr. Gil y la Dra. Paz. Véase pág. 3. ¿Cuándo?", "El Sr. Gil y la Dra. Paz.|Véase pág. 3.|¿Cuándo?")]
    [InlineData("「止めて。」と言った。次の日！", "「止めて。」|と言った。|次の日！")]
    [InlineData("그는 떠났다. 다음 날이었다! 왜?", "그는 떠났다.|다음 날이었다!|왜?")]
    [InlineData("เขาออกไปแล้ว วันต่อมา ฝนตก 3 ครั้ง", "เขาออกไปแล้ว|วันต่อมา|ฝนตก 3 ครั้ง")]
    [InlineData("وصل القطار. هل نزلت؟ نعم!", "وصل القطار.|هل نزلت؟|نعم!")]
    [InlineData("वह गया। क्या वह आएगा? हाँ॥ ठीक", "वह गया।|क्या वह आएगा?|हाँ॥|ठीक")]
    [InlineData("То есть т.е. Москва, ул. Мира. Дом.", "То есть т.е. Москва, ул. Мира.|Дом.")]
    [InlineData("...", "...")]
    [InlineData("No end", "No end")]
    public void Sentences_end_where_a_reader_would_say(string text, string expected)
    {
        var start = 0;
        var sentences = new List<string>();
        foreach (var end in Sentences.Ends(text))
        {
            sentences.Add(text[start..end].Trim());
            start = end;
        }

        string.Join('|', sentences).ShouldBe(expected);
        start.ShouldBe(text.Length);
    }

    [Theory]
    [InlineData("!")]
    [InlineData("\n")]
    [InlineData("\n ")]
    [InlineData("\"")]
    [InlineData(". ")]
    public async Task Long_runs_of_marks_and_blanks_take_one_pass(string run)
    {
        var text = "a" + string.Concat(Enumerable.Repeat(run, 500_000)) + "a";

        var reading = Task.Run(() => Sentences.Ends(text).Last(), TestContext.Current.CancellationToken);

        (await reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBe(
            text.Length
        );
    }
}
