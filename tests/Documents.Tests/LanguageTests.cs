using System.Text.Json.Nodes;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>
/// Three sentences a language, written for this test; all are found. Passages of others beside; shares on a translated book are in
/// the README.
/// </summary>
public sealed class LanguageTests
{
    public static TheoryData<string, string> Sentences =>
        new()
        {
            { "en", "Please close the valve before you leave the hall." },
            { "en", "The last train has already gone, so we walked home along the river." },
            { "en", "How many apples are left in the basket that she brought?" },
            { "de", "Bitte schließen Sie das Ventil, bevor Sie die Halle verlassen." },
            { "de", "Der letzte Zug war schon weg, also gingen wir am Fluss entlang nach Hause." },
            { "de", "Wie viele Äpfel sind noch in dem Korb, den sie mitgebracht hat?" },
            { "fr", "Veuillez fermer la vanne avant de quitter la salle." },
            { "fr", "Le dernier train était déjà parti, alors nous sommes rentrés à pied le long de la rivière." },
            { "fr", "Combien de pommes reste-t-il dans le panier que tu as apporté pour nous ?" },
            { "es", "Por favor, cierre la válvula antes de salir de la sala y avise a los demás." },
            { "es", "El último tren ya se había ido, así que volvimos a casa andando por la orilla del río." },
            { "es", "¿Cuántas manzanas quedan en la cesta que trajo mi hermana?" },
            { "it", "Si prega di chiudere la valvola prima di lasciare la sala." },
            { "it", "L'ultimo treno era già partito, quindi siamo tornati a casa a piedi lungo il fiume." },
            { "it", "Quante mele sono rimaste nel cesto che ha portato per la nonna?" },
            { "pt", "Por favor, feche a válvula antes de sair da sala e não se esqueça das luzes." },
            { "pt", "O último comboio já tinha partido, por isso voltámos para casa a pé ao longo do rio." },
            { "pt", "Quantas maçãs ainda há no cesto que ela trouxe para nós?" },
            { "nl", "Sluit de klep voordat u de hal verlaat en laat het licht niet aan." },
            { "nl", "De laatste trein was al weg, dus liepen we langs de rivier naar huis." },
            { "nl", "Hoeveel appels zijn er nog over in de mand die zij heeft meegebracht?" },
            { "pl", "Proszę zamknąć zawór przed wyjściem z hali." },
            { "pl", "Ostatni pociąg już odjechał, więc wróciliśmy do domu pieszo wzdłuż rzeki." },
            { "pl", "Ile jabłek zostało w koszyku, który przyniosła?" },
            { "tr", "Lütfen salondan çıkmadan önce vanayı kapatınız." },
            { "tr", "Son tren çoktan gitmişti, bu yüzden nehir boyunca eve kadar yürüdük." },
            { "tr", "Getirdiği sepette daha kaç elma kaldığını biliyor musun?" },
            { "vi", "Vui lòng đóng van trước khi rời khỏi phòng." },
            { "vi", "Chuyến tàu cuối cùng đã đi mất, nên chúng tôi đi bộ về nhà dọc theo con sông." },
            { "vi", "Trong giỏ mà cô ấy mang đến còn bao nhiêu quả táo?" },
            { "ru", "Закройте, пожалуйста, вентиль перед выходом из зала, чтобы вода не текла." },
            { "ru", "Последний поезд уже ушёл, и мы пошли домой вдоль реки." },
            { "ru", "Сколько яблок осталось в корзине, которую она принесла?" },
            { "uk", "Будь ласка, закрийте вентиль перед виходом із зали." },
            { "uk", "Останній потяг уже пішов, і ми пішли додому вздовж річки." },
            { "uk", "Скільки яблук залишилося в кошику, який вона принесла?" },
            { "ar", "يرجى إغلاق الصمام قبل مغادرة القاعة." },
            { "ar", "لقد غادر القطار الأخير، فعدنا إلى البيت سيرا على طول النهر." },
            { "ar", "كم تفاحة بقيت في السلة التي أحضرتها؟" },
            { "fa", "لطفاً پیش از ترک سالن شیر را ببندید." },
            { "fa", "آخرین قطار رفته بود، پس کنار رودخانه پیاده به خانه برگشتیم." },
            { "fa", "چند سیب در سبدی که آورد باقی مانده است؟" },
            { "hi", "कृपया हॉल से जाने से पहले वाल्व बंद कर दें।" },
            { "hi", "आख़िरी रेलगाड़ी जा चुकी थी, इसलिए हम नदी के किनारे पैदल घर लौटे।" },
            { "hi", "उसकी टोकरी में कितने सेब बचे हैं?" },
            { "th", "กรุณาปิดวาล์วก่อนออกจากห้อง" },
            { "th", "รถไฟขบวนสุดท้ายออกไปแล้ว เราจึงเดินกลับบ้านเลียบแม่น้ำ" },
            { "th", "ในตะกร้าที่เธอนำมายังเหลือแอปเปิลกี่ลูก" },
            { "ko", "홀을 나가기 전에 밸브를 잠가 주십시오." },
            { "ko", "마지막 기차가 이미 떠나서 우리는 강을 따라 집까지 걸었다." },
            { "ko", "그녀가 가져온 바구니에 사과가 몇 개 남았습니까?" },
            { "ja", "ホールを出る前にバルブを閉めてください。" },
            { "ja", "終電はもう出ていたので、川沿いを歩いて帰った。" },
            { "ja", "彼女が持ってきた籠に林檎は何個残っていますか。" },
            { "zh", "离开大厅之前请关闭阀门。" },
            { "zh", "末班車已經開走了，我們只好沿著河走回家。" },
            { "zh", "她带来的篮子里还剩多少个苹果？" },
        };

    private static string? LanguageOf(string text, string? declared = null) =>
        Formats.Language.Of([new Block(BlockKind.Paragraph, text)], declared);

    [Theory]
    [MemberData(nameof(Sentences))]
    public void A_sentence_shows_its_language(string language, string text) => LanguageOf(text).ShouldBe(language);

    /// <summary>Passages of Wikipedia, whose languages are known.</summary>
    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    [Trait("needs", "shared")]
    public async Task Passages_of_others_show_their_language(string language)
    {
        Cases.Require();
        var lines = await File.ReadAllLinesAsync(
            Path.Combine(Cases.Root, $"../eval/retrieval-{language}-passages.jsonl"),
            TestContext.Current.CancellationToken
        );
        var passages = lines
            .Select(line => JsonNode.Parse(line)!["text"]!.GetValue<string>())
            .Where(text => text.Length >= 40)
            .ToList();

        passages.Count.ShouldBeGreaterThan(200);
        passages.Count(text => LanguageOf(text) == language).ShouldBeGreaterThanOrEqualTo((int)(0.99 * passages.Count));
    }

    [Theory]
    [InlineData("Pump 3")]
    [InlineData("OK")]
    [InlineData("a b c d i o s u z")]
    [InlineData("1234 – 5678")]
    [InlineData("Det er en god dag for alle, og han har det også")]
    [InlineData("Lorem ipsum dolor sit amet consectetur")]
    public void Too_few_words_show_none(string text)
    {
        LanguageOf(text).ShouldBeNull();
        LanguageOf(text, "de-AT").ShouldBe("de-AT");
    }

    [Theory]
    [InlineData("en", "Bitte schließen Sie das Ventil, bevor Sie die Halle verlassen.", "de")]
    [InlineData("de-CH", "Bitte schließen Sie das Ventil, bevor Sie die Halle verlassen.", "de-CH")]
    [InlineData("lb", "Bitte schließen Sie das Ventil, bevor Sie die Halle verlassen.", "lb")]
    [InlineData("zh", "Please close the valve before you leave the hall.", "en")]
    [InlineData("en-US", "离开大厅之前请关闭阀门。", "zh")]
    [InlineData("zh-TW", "末班車已經開走了，我們只好沿著河走回家。", "zh-TW")]
    [InlineData("ru", "Скільки яблук залишилося в кошику, який вона принесла?", "uk")]
    [InlineData("mk", "Затворете го вентилот пред да излезете.", "mk")]
    [InlineData("ar", "لطفاً پیش از ترک سالن شیر را ببندید.", "fa")]
    [InlineData("en us", "Pump", null)]
    public void A_declaration_holds_unless_the_text_speaks_against_it(string declared, string text, string? language) =>
        LanguageOf(text, declared).ShouldBe(language);
}
