using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EmbeddingFunctions.Local.Http;

internal static class RawTargets
{
    public static void UseRawTargets(this ListenOptions listen) => listen.KestrelServerOptions.ToString();
}
