using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>Checks a section by its annotations; its messages name the setting as it is given to the app.</summary>
internal sealed class SettingsValidation<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        List<ValidationResult> failures = [];
        return Validator.TryValidateObject(
            options,
            new ValidationContext(options),
            failures,
            validateAllProperties: true
        )
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(failures.Select(Sentence));
    }

    private string Sentence(ValidationResult failure)
    {
        var names = failure.MemberNames.Select(member => $"{section}__{member}");
        return $"{string.Join(", ", names)}: {failure.ErrorMessage}";
    }
}
