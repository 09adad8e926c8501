using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>A filter as text and as a plain function of the uploaded JSON.</summary>
internal sealed record NaiveFilter(string Text, Func<JsonNode?, bool> Matches)
{
    private static readonly string[] Operators = ["eq", "ne", "gt", "ge", "lt", "le"];

    public override string ToString() => Text;

    /// <summary>Twenty documents of <see cref="PlaceIndex"/>, many of their values absent.</summary>
    public static Gen<List<JsonObject>> Documents =>
        Gen.Int[0, int.MaxValue - 1]
            .Select(seed =>
            {
                var random = new Random(seed);
                return Enumerable.Range(0, 20).Select(i => Document(i, random)).ToList();
            });

    /// <summary>A filter over a document.</summary>
    public static Gen<NaiveFilter> Top(int depth) => Combined(depth, TopLeaf);

    private static Gen<NaiveFilter> Combined(int depth, Gen<NaiveFilter> leaf) =>
        depth == 0
            ? leaf
            : Gen.Frequency(
                (2, leaf),
                (1, Combined(depth - 1, leaf).Select(f => new NaiveFilter($"not ({f.Text})", d => !f.Matches(d)))),
                (
                    2,
                    Gen.Select(
                        Combined(depth - 1, leaf).List[2, 4],
                        Gen.Bool,
                        Gen.Bool,
                        (operands, all, bare) =>
                            new NaiveFilter(
                                string.Join(
                                    all ? " and " : " or ",
                                    operands.Select(o => bare && o.IsSimple ? o.Text : $"({o.Text})")
                                ),
                                d => all ? operands.All(o => o.Matches(d)) : operands.Any(o => o.Matches(d))
                            )
                    )
                ),
                // "and" binds tighter than "or", wherever it stands.
                (
                    1,
                    Gen.Select(
                        leaf,
                        leaf,
                        leaf,
                        Gen.Bool,
                        (a, b, c, isAndFirst) =>
                            isAndFirst
                                ? new NaiveFilter(
                                    $"{a.Text} and {b.Text} or {c.Text}",
                                    d => (a.Matches(d) && b.Matches(d)) || c.Matches(d)
                                )
                                : new NaiveFilter(
                                    $"{a.Text} or {b.Text} and {c.Text}",
                                    d => a.Matches(d) || (b.Matches(d) && c.Matches(d))
                                )
                    )
                )
            );

    private bool IsSimple =>
        !Text.Contains(" and ", StringComparison.Ordinal) && !Text.Contains(" or ", StringComparison.Ordinal);

    private static Gen<NaiveFilter> TopLeaf =>
        Gen.OneOf(
            Number("stars", -3, 3, 1),
            Number("price", -5, 5, 2),
            Gen.OneOf(Operators)
                .Select(op => new NaiveFilter(
                    $"price {op} NaN",
                    _ => string.Equals(op, "ne", StringComparison.Ordinal)
                )),
            Word("name", "k"),
            Null("name", "stars", "open", "price", "built", "spot", "address/city"),
            Word("address/city", "c"),
            Gen.Const(new NaiveFilter("open", d => (bool?)d!["open"] == true)),
            Gen.Const(new NaiveFilter("true", _ => true)),
            Gen.Select(Gen.Bool, Gen.Bool)
                .Select(
                    (isEqual, value) =>
                        new NaiveFilter(
                            $"open {(isEqual ? "eq" : "ne")} {(value ? "true" : "false")}",
                            d => (bool?)d!["open"] == value == isEqual
                        )
                ),
            Gen.Select(Gen.OneOf(Operators), Gen.Int[0, 5])
                .Select(
                    (op, month) =>
                        new NaiveFilter(
                            $"built {op} {Date(month)}",
                            d => Holds(op, d!["built"] is { } v ? string.CompareOrdinal((string)v!, Date(month)) : null)
                        )
                ),
            Gen.Select(Gen.OneOf("lt", "le", "gt", "ge"), Gen.Int[0, 40], Gen.Bool)
                .Select(
                    (op, kilometres, isFirst) =>
                        new NaiveFilter(
                            isFirst
                                ? $"geo.distance(spot, geography'POINT(1 2)') {op} {kilometres * 50}"
                                : $"geo.distance(geography'POINT(1 2)', spot) {op} {kilometres * 50}.0",
                            d => Holds(op, Kilometres(d!["spot"])?.CompareTo(kilometres * 50))
                        )
                ),
            In("name", "k"),
            Gen.Const(new NaiveFilter("tags/any()", d => Items(d, "tags").Any())),
            Gen.Const(new NaiveFilter("rooms/any()", d => Items(d, "rooms").Any())),
            Gen.Int[0, 4]
                .Select(n => new NaiveFilter(
                    $"tags/any(t: t eq 'k{n}')",
                    d => Items(d, "tags").Any(t => (string)t! == $"k{n}")
                )),
            Gen.Int[0, 4]
                .Select(n => new NaiveFilter(
                    $"tags/all(t: t ne 'k{n}')",
                    d => Items(d, "tags").All(t => (string)t! != $"k{n}")
                )),
            Gen.Select(Gen.OneOf(Operators), Gen.Int[-3, 3], Gen.Bool)
                .Select(
                    (op, n, isAll) =>
                        new NaiveFilter(
                            $"numbers/{(isAll ? "all" : "any")}(x: x {op} {n})",
                            d => Quantified(Items(d, "numbers"), isAll, x => Holds(op, ((int)x!).CompareTo(n)))
                        )
                ),
            Gen.Select(Combined(2, RoomLeaf), Gen.Bool)
                .Select(
                    (body, isAll) =>
                        new NaiveFilter(
                            $"rooms/{(isAll ? "all" : "any")}(r: {body.Text})",
                            d => Quantified(Items(d, "rooms"), isAll, body.Matches)
                        )
                )
        );

    // Over one room.
    private static Gen<NaiveFilter> RoomLeaf =>
        Gen.OneOf(
            Number("r/rate", -5, 5, 2),
            Word("r/type", "k"),
            Null("r/type", "r/rate", "r/quiet"),
            In("r/type", "k"),
            Gen.Const(new NaiveFilter("r/quiet", r => (bool?)r!["quiet"] == true)),
            Gen.Const(new NaiveFilter("r/tags/any()", r => Items(r, "tags").Any())),
            Gen.Int[0, 4]
                .Select(n => new NaiveFilter(
                    $"r/tags/any(t: t eq 'k{n}')",
                    r => Items(r, "tags").Any(t => (string)t! == $"k{n}")
                )),
            Gen.Int[0, 4]
                .Select(n => new NaiveFilter(
                    $"r/beds/all(b: b/width ge {n} or b/width eq null)",
                    r => Items(r, "beds").All(b => b!["width"] is null || (int)b["width"]! >= n)
                ))
        );

    private static bool Quantified(IEnumerable<JsonNode?> items, bool isAll, Func<JsonNode?, bool> matches) =>
        isAll ? items.All(matches) : items.Any(matches);

    private static IEnumerable<JsonNode?> Items(JsonNode? owner, string name) => owner![name]?.AsArray() ?? [];

    // "r/rate" of a room and "address/city" of a document.
    private static JsonNode? Value(JsonNode? owner, string path) =>
        path.Split('/').SkipWhile(p => p == "r").Aggregate(owner, (node, name) => node?[name]);

    private static Gen<NaiveFilter> Number(string field, int lowest, int highest, int divisor) =>
        Gen.Select(Gen.OneOf(Operators), Gen.Int[lowest, highest], Gen.Bool)
            .Select(
                (op, n, isFieldFirst) =>
                {
                    var number = (divisor == 1 ? n : n / (double)divisor).ToString(CultureInfo.InvariantCulture);
                    return new NaiveFilter(
                        isFieldFirst ? $"{field} {op} {number}" : $"{number} {Turned(op)} {field}",
                        d =>
                            Holds(
                                op,
                                Value(d, field) is { } v && Real(v) is var real && !double.IsNaN(real)
                                    ? real.CompareTo(n / (double)divisor)
                                    : null
                            )
                    );
                }
            );

    private static double Real(JsonNode number) =>
        double.Parse(number.ToJsonString().Trim('"'), CultureInfo.InvariantCulture);

    private static string Turned(string op) =>
        op switch
        {
            "gt" => "lt",
            "ge" => "le",
            "lt" => "gt",
            "le" => "ge",
            _ => op,
        };

    private static Gen<NaiveFilter> Word(string field, string letter) =>
        Gen.Select(Gen.OneOf(Operators), Gen.Int[0, 4])
            .Select(
                (op, n) =>
                    new NaiveFilter(
                        $"{field} {op} '{letter}{n}'",
                        d =>
                            Holds(
                                op,
                                Value(d, field) is { } v ? string.CompareOrdinal((string)v!, $"{letter}{n}") : null
                            )
                    )
            );

    private static Gen<NaiveFilter> In(string field, string letter) =>
        Gen.Int[0, 4]
            .Select(n => new NaiveFilter(
                $"search.in({field}, '{letter}{n}|{letter}0', '|')",
                d => (string?)Value(d, field) is { } v && (v == $"{letter}{n}" || v == $"{letter}0")
            ));

    private static Gen<NaiveFilter> Null(params string[] fields) =>
        Gen.Select(Gen.OneOf(fields), Gen.Bool)
            .Select(
                (field, isNull) =>
                    new NaiveFilter($"{field} {(isNull ? "eq" : "ne")} null", d => Value(d, field) is null == isNull)
            );

    private static string Date(int month) => $"2024-0{month + 1}-01T00:00:00Z";

    // The spherical law of cosines: another formula than the product's.
    private static double? Kilometres(JsonNode? point)
    {
        if (point is null)
            return null;
        var (longitude, latitude) = (
            Radians((double)point["coordinates"]![0]!),
            Radians((double)point["coordinates"]![1]!)
        );
        var cosine =
            Math.Sin(latitude) * Math.Sin(Radians(2))
            + Math.Cos(latitude) * Math.Cos(Radians(2)) * Math.Cos(longitude - Radians(1));
        return 6371.0087714 * Math.Acos(Math.Clamp(cosine, -1, 1));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static bool Holds(string op, int? order) =>
        op switch
        {
            "eq" => order is 0,
            "ne" => order is not 0,
            "gt" => order > 0,
            "ge" => order >= 0,
            "lt" => order < 0,
            _ => order <= 0,
        };

    private static JsonObject Document(int id, Random random)
    {
        var json = new JsonObject { ["id"] = $"{id}" };
        Maybe(json, "name", random, () => Word(random));
        Maybe(json, "open", random, () => random.Next(2) == 0);
        Maybe(json, "stars", random, () => random.Next(-2, 3));
        Maybe(json, "price", random, () => Half(random));
        Maybe(json, "built", random, () => Date(random.Next(6)));
        Maybe(
            json,
            "spot",
            random,
            () =>
                new JsonObject
                {
                    ["type"] = "Point",
                    ["coordinates"] = new JsonArray(random.Next(-10, 11) + 0.37, random.Next(-10, 11) + 0.41),
                }
        );
        Maybe(json, "address", random, () => Maybe([], "city", random, () => $"c{random.Next(4)}"));
        Maybe(json, "tags", random, () => Array(random, () => Word(random)));
        Maybe(json, "numbers", random, () => Array(random, () => random.Next(-3, 4)));
        Maybe(json, "rooms", random, () => Array(random, () => Room(random)));
        return json;
    }

    private static JsonObject Room(Random random)
    {
        var room = new JsonObject();
        Maybe(room, "type", random, () => Word(random));
        Maybe(room, "rate", random, () => Half(random));
        Maybe(room, "quiet", random, () => random.Next(2) == 0);
        Maybe(room, "tags", random, () => Array(random, () => Word(random)));
        Maybe(room, "beds", random, () => Array(random, () => Maybe([], "width", random, () => random.Next(4))));
        return room;
    }

    private static string Word(Random random) => $"{(random.Next(5) == 0 ? 'K' : 'k')}{random.Next(4)}";

    private static JsonNode Half(Random random) => random.Next(8) == 0 ? "NaN" : random.Next(-4, 5) / 2.0;

    private static JsonArray Array(Random random, Func<JsonNode> item) =>
        new([.. Enumerable.Range(0, random.Next(4)).Select(_ => item())]);

    private static JsonObject Maybe(JsonObject json, string name, Random random, Func<JsonNode> value)
    {
        if (random.Next(4) > 0)
            json[name] = value();
        return json;
    }
}
