using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbeddingFunctions.Local;

internal static class Json
{
    /// <summary>Readable by people: other scripts are not escaped.</summary>
    public static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
