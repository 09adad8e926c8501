using Lucene.Net.Analysis.CharFilters;
using Lucene.Net.Analysis.Pattern;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

internal static class CharFilterKinds
{
    public static readonly Dictionary<string, AnalysisKind<CharFilterFactory>> ByType =
        new AnalysisKind<CharFilterFactory>[]
        {
            new("MappingCharFilter", [Setting.Texts("mappings", isRequired: true)], Mapping),
            new(
                "PatternReplaceCharFilter",
                [Setting.Text("pattern", isRequired: true), Setting.Text("replacement", isRequired: true)],
                settings =>
                {
                    var pattern = JavaPattern.Compile(settings.Text("pattern")!, null);
                    var replacement = settings.Text("replacement")!;
                    return text => new PatternReplaceCharFilter(pattern, replacement, text);
                }
            ),
        }.ToDictionary(k => k.Type, StringComparer.Ordinal);

    public static CharFilterFactory? Predefined(string name) =>
        name == "html_strip" ? text => new HTMLStripCharFilter(text) : null;

    private static CharFilterFactory Mapping(SettingValues settings)
    {
        var builder = new NormalizeCharMap.Builder();
        foreach (var mapping in settings.Texts("mappings"))
        {
            var arrow = mapping.IndexOf("=>", StringComparison.Ordinal);
            if (arrow <= 0)
                throw ServiceException.InvalidDefinition(
                    "InvalidMapping",
                    $"The mapping '{mapping}' is not of the form 'a=>b'."
                );
            builder.Add(mapping[..arrow], mapping[(arrow + 2)..]);
        }
        var map = builder.Build();
        return text => new MappingCharFilter(map, text);
    }
}
