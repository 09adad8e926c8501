using System.Globalization;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>Entity tags of the service's form, no two alike. Thread-safe.</summary>
internal sealed class ETags(TimeProvider time)
{
    private long _last;

    /// <summary>Quoted, as it stands in headers and bodies.</summary>
    public string Next()
    {
        long last;
        long next;
        do
        {
            last = Volatile.Read(ref _last);
            next = Math.Max(last + 1, time.GetUtcNow().Ticks);
        } while (Interlocked.CompareExchange(ref _last, next, last) != last);
        return string.Create(CultureInfo.InvariantCulture, $"\"0x{next:X}\"");
    }
}
