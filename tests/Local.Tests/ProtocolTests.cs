using System.Reflection;
using EmbeddingFunctions.Local.Worker.Protocol;
using Google.Protobuf.Reflection;

namespace EmbeddingFunctions.Local.Tests;

/// <summary>Our own small .proto against the one that the worker was compiled from.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public void Every_field_has_the_number_and_type_that_the_worker_gives_it()
    {
        var theirs = WorkerDescriptor().MessageTypes.SelectMany(WithNested).ToDictionary(message => message.FullName);
        var ours = WorkerReflection.Descriptor.MessageTypes.SelectMany(WithNested).ToList();

        ours.Count.ShouldBeGreaterThan(20);
        foreach (var message in ours)
        {
            var counterpart = theirs.ShouldContainKeyAnd(message.FullName);
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                var other = counterpart.FindFieldByNumber(field.FieldNumber);
                other.ShouldNotBeNull($"{field.FullName} = {field.FieldNumber}");
                Describe(other).ShouldBe(Describe(field));
            }
        }
    }

    [Fact]
    public void Every_enum_value_has_the_number_that_the_worker_gives_it()
    {
        var theirs = WorkerDescriptor()
            .MessageTypes.SelectMany(WithNested)
            .SelectMany(message => message.EnumTypes)
            .ToDictionary(one => one.FullName);

        foreach (
            var ours in WorkerReflection.Descriptor.MessageTypes.SelectMany(WithNested).SelectMany(m => m.EnumTypes)
        )
        {
            foreach (var value in ours.Values)
            {
                theirs[ours.FullName].FindValueByNumber(value.Number).Name.ShouldBe(value.Name);
            }
        }
    }

    // on the wire an enum is a number, and Local only passes those on that it declares as one
    private static string Describe(FieldDescriptor field) =>
        $"{field.FullName} {(field.FieldType == FieldType.Enum ? FieldType.Int32 : field.FieldType)} {field.IsRepeated}";

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        // the entries of maps are generated
        message
            .NestedTypes.Where(nested => !nested.Name.EndsWith("Entry", StringComparison.Ordinal))
            .SelectMany(WithNested)
            .Prepend(message);

    private static FileDescriptor WorkerDescriptor() =>
        (FileDescriptor)
            Assembly
                .Load("Microsoft.Azure.Functions.Worker.Grpc")
                .GetTypes()
                .Single(type => type.Name is "FunctionRpcReflection")
                .GetProperty("Descriptor", BindingFlags.Static | BindingFlags.Public)!
                .GetValue(null)!;
}

internal static class DictionaryAssertions
{
    public static TValue ShouldContainKeyAnd<TValue>(this Dictionary<string, TValue> dictionary, string key)
    {
        dictionary.ShouldContainKey(key);
        return dictionary[key];
    }
}
