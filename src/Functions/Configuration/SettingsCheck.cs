using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Index;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>Says what is wrong with the settings before anything is started with them.</summary>
internal static class SettingsCheck
{
    /// <summary>One sentence on the first setting that is wrong: its name, what was found, what was expected. Null if all are right.</summary>
    public static string? FirstWrong(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        return services
                .GetServices<SettingsSection>()
                .SelectMany(
                    section => section.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance),
                    (section, property) =>
                        Wrong(
                            $"{section.Name}__{property.Name}",
                            configuration[$"{section.Name}:{property.Name}"],
                            property
                        )
                )
                .FirstOrDefault(sentence => sentence is not null)
            ?? WrongContainers(services.GetRequiredService<SyncSettings>())
            ?? WrongModels(services)
            ?? WrongStorage(services)
            ?? WrongSearch(services);
    }

    private static string? Wrong(string name, string? found, PropertyInfo property)
    {
        if (found is null)
        {
            return property.IsDefined(typeof(RequiredMemberAttribute))
                ? $"{name} is not set; expected {Expected(property)}."
                : null;
        }
        var isRight =
            Converted(found, property.PropertyType) is { } value
            && property.GetCustomAttributes<ValidationAttribute>().All(rule => rule.IsValid(value));
        return isRight ? null : $"{name} is '{found}'; expected {Expected(property)}.";
    }

    private static object? Converted(string text, Type type)
    {
        try
        {
            var value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return value is Uri { IsAbsoluteUri: false } ? null : value;
        }
        // what converters throw differs from type to type
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    private static string Expected(PropertyInfo property)
    {
        var what = Type.GetTypeCode(property.PropertyType) switch
        {
            TypeCode.Int32 or TypeCode.Int64 => "a whole number",
            TypeCode.Boolean => "true or false",
            TypeCode.String => "some text",
            _ when property.PropertyType == typeof(TimeSpan) => "a time such as 00:00:30",
            _ when property.PropertyType == typeof(Uri) => "an address such as https://name.search.windows.net",
            _ => property.PropertyType.Name,
        };
        return property.GetCustomAttribute<RangeAttribute>() is { } range
            ? $"{what} from {range.Minimum} to {range.Maximum}"
            : what;
    }

    // manifests that are indexed would make manifests of their own
    private static string? WrongContainers(SyncSettings sync) =>
        string.Equals(sync.Container, sync.StateContainer, StringComparison.Ordinal)
            ? $"Sync__StateContainer is '{sync.StateContainer}'; expected another container than Sync__Container."
            : null;

    private static string? WrongModels(IServiceProvider services)
    {
        var settings = services.GetRequiredService<ModelSettings>();
        try
        {
            var names = services.GetRequiredService<ModelCatalog>().Names;
            return names.Contains(settings.Default, StringComparer.Ordinal)
                ? null
                : $"Models__Default is '{settings.Default}'; expected a model of Models__Folder '{settings.Folder}'"
                    + (names.Count == 0 ? ", which has none." : $": {string.Join(", ", names)}.");
        }
        catch (ModelFolderException e)
        {
            return $"Models__Folder is '{settings.Folder}'; expected a folder of model folders ({e.Message}).";
        }
    }

    // the setting itself may hold a key: it is not shown
    private static string? WrongStorage(IServiceProvider services) =>
        Failure<StorageAccount>(services) is not { } reason ? null
        : reason.StartsWith("Setting ", StringComparison.Ordinal) ? reason
        : $"{StorageAccount.Connection} is not a connection string of a storage account "
            + $"({reason.TrimEnd('.')}); expected AccountName=...;AccountKey=...;EndpointSuffix=core.windows.net or the like.";

    private static string? WrongSearch(IServiceProvider services) => Failure<SearchConnection>(services);

    private static string? Failure<T>(IServiceProvider services)
        where T : notnull
    {
        try
        {
            _ = services.GetRequiredService<T>();
            return null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            return e.FirstLine();
        }
    }
}
