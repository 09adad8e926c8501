using CsCheck;
using EmbeddingFunctions.SearchEmulator.Http;
using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The service parses filters with Microsoft.OData.Core: what that refuses is refused here, in the same words where it is a matter of syntax.</summary>
public sealed class ODataOracleTests
{
    private static readonly string[] Tokens =
    [
        "stars",
        "price",
        "name",
        "open",
        "nope",
        "rooms",
        "tags",
        "numbers",
        "address/city",
        "r",
        "t",
        "r/rate",
        "r/type",
        "1",
        "-2",
        "1.5",
        "'a'",
        "'it''s'",
        "true",
        "false",
        "null",
        "NaN",
        "INF",
        "-INF",
        "2024-01-01T00:00:00Z",
        "eq",
        "ne",
        "gt",
        "le",
        "lte",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "/",
        ":",
        "any",
        "all",
        "rooms/any(",
        "tags/any(",
        "numbers/all(",
        "r:",
        "t:",
        "stars eq 1",
        "name ne 'b'",
        "tags/any()",
        "rooms/any(r: r/rate gt 1)",
        "tags/any(t: t eq 'a')",
        "@",
        "!",
        "=",
    ];

    private static readonly EdmModel Model = CreateModel();

    [Fact]
    public void What_the_oracle_refuses_is_refused_and_what_is_taken_here_the_oracle_takes()
    {
        var rows = new FilterRows(PlaceIndex.Json, []);
        var (taken, same) = (0, 0);
        Gen.OneOf(Tokens)
            .List[1, 9]
            .Select(tokens => string.Join(' ', tokens))
            .Sample(
                filter =>
                {
                    var oracle = OracleRefusal("$filter", filter, p => p.ParseFilter());
                    var here = Refusal(rows, filter);
                    if (here is null && oracle is not null)
                        throw new InvalidOperationException($"{filter}: taken here, but the oracle says: {oracle}");
                    if (here is null)
                        Interlocked.Increment(ref taken);
                    // A path that goes on after a parenthesis is refused by both, but at different places.
                    else if (
                        oracle?.Contains("at position", StringComparison.Ordinal) == true
                        && !filter.Contains(") /", StringComparison.Ordinal)
                    )
                    {
                        if (here != $"Invalid expression: {oracle}\r\nParameter name: $filter")
                            throw new InvalidOperationException($"{filter}: '{here}' instead of '{oracle}'");
                        Interlocked.Increment(ref same);
                    }
                },
                iter: 100_000
            );
        taken.ShouldBeGreaterThan(200);
        same.ShouldBeGreaterThan(2000);
    }

    [Fact]
    public void An_order_that_the_oracle_refuses_is_refused_in_its_words()
    {
        string[] tokens = ["stars", "name", "address/city", "asc", "desc", ",", "/", "(", ")", "=", "!", "@", "'"];
        var (taken, same) = (0, 0);
        Gen.OneOf(tokens)
            .List[1, 7]
            .Select(parts => string.Join(' ', parts))
            .Sample(
                order =>
                {
                    var oracle = OracleRefusal("$orderby", order, p => p.ParseOrderBy());
                    var here = OrderRefusal(order);
                    if (here is null)
                        Interlocked.Increment(ref taken);
                    // A path that goes on after a parenthesis is refused by both, but at different places.
                    else if (
                        oracle?.Contains("at position", StringComparison.Ordinal) == true
                        && !order.Contains(") /", StringComparison.Ordinal)
                    )
                    {
                        if (here != $"Invalid expression: {oracle}\r\nParameter name: $orderby")
                            throw new InvalidOperationException($"{order}: '{here}' instead of '{oracle}'");
                        Interlocked.Increment(ref same);
                    }
                },
                iter: 20_000
            );
        taken.ShouldBeGreaterThan(200);
        same.ShouldBeGreaterThan(2000);
    }

    private static string? OrderRefusal(string order)
    {
        try
        {
            _ = Ranking.OrderByParser.Parse(order);
            return null;
        }
        catch (ServiceException e)
        {
            return e.Message;
        }
    }

    private static string? Refusal(FilterRows rows, string filter)
    {
        try
        {
            _ = rows.Matching(filter).Count();
            return null;
        }
        catch (ServiceException e)
        {
            return e.Message;
        }
    }

    private static string? OracleRefusal(string option, string text, Action<ODataQueryOptionParser> parse)
    {
        try
        {
            parse(
                new ODataQueryOptionParser(
                    Model,
                    Model.FindDeclaredType("search.document"),
                    null,
                    new Dictionary<string, string>(StringComparer.Ordinal) { [option] = text }
                )
            );
            return null;
        }
        catch (ODataException e)
        {
            return e.Message;
        }
    }

    private static EdmModel CreateModel()
    {
        var model = new EdmModel();
        var room = new EdmComplexType("search", "room");
        room.AddStructuralProperty("type", EdmPrimitiveTypeKind.String);
        room.AddStructuralProperty("rate", EdmPrimitiveTypeKind.Double);
        var address = new EdmComplexType("search", "address");
        address.AddStructuralProperty("city", EdmPrimitiveTypeKind.String);
        var document = new EdmEntityType("search", "document");
        document.AddKeys(document.AddStructuralProperty("id", EdmPrimitiveTypeKind.String));
        document.AddStructuralProperty("name", EdmPrimitiveTypeKind.String);
        document.AddStructuralProperty("stars", EdmPrimitiveTypeKind.Int32);
        document.AddStructuralProperty("price", EdmPrimitiveTypeKind.Double);
        document.AddStructuralProperty("open", EdmPrimitiveTypeKind.Boolean);
        document.AddStructuralProperty("tags", Collection(EdmCoreModel.Instance.GetString(true)));
        document.AddStructuralProperty("numbers", Collection(EdmCoreModel.Instance.GetInt32(false)));
        document.AddStructuralProperty("address", new EdmComplexTypeReference(address, true));
        document.AddStructuralProperty("rooms", Collection(new EdmComplexTypeReference(room, false)));
        model.AddElements([room, address, document]);
        return model;

        static EdmCollectionTypeReference Collection(IEdmTypeReference element) => new(new EdmCollectionType(element));
    }
}
