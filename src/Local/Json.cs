using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbeddingFunctions.Local;

internal static class Json
{
    /// <summary>Readable by people: other scripts are not escaped. Never put into HTML.</summary>
    public static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static readonly JsonSerializerOptions Indented = new(Readable) { WriteIndented = true };
}
