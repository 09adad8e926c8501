using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>A full or read-only disk, or no permission: nothing is wrong with the index itself, or with this program.</summary>
internal static class DiskError
{
    public static bool Is(Exception e) =>
        e switch
        {
            AggregateException several => several.InnerExceptions.All(Is),
            SqliteException sqlite => sqlite.SqliteErrorCode
                is raw.SQLITE_PERM
                    or raw.SQLITE_READONLY
                    or raw.SQLITE_IOERR
                    or raw.SQLITE_FULL
                    or raw.SQLITE_CANTOPEN
                && sqlite.SqliteExtendedErrorCode != raw.SQLITE_IOERR_SHORT_READ,
            _ => e is IOException or UnauthorizedAccessException,
        };

    /// <summary>What happened, in one line.</summary>
    public static string Reason(Exception e) =>
        (e is AggregateException { InnerExceptions: [var first, ..] } ? first : e)
            .Message.ReplaceLineEndings(" ")
            .Trim();
}
