namespace EmbeddingFunctions.Local;

/// <summary>What the command line says. Ports: 0 means any free one.</summary>
internal sealed record LocalOptions
{
    /// <summary>Absolute folder of everything that Local keeps.</summary>
    public required string Data { get; init; }

    public int Port { get; init; } = 7071;
    public int BlobPort { get; init; } = 10000;

    /// <summary>Absolute folder that is mirrored into the container, or null.</summary>
    public string? Watch { get; init; }

    public string Container { get; init; } = "documents";

    /// <summary>Connection string of a storage account to use, or null to start Azurite.</summary>
    public string? Storage { get; init; }

    /// <summary>Search service to use, or null to start the emulator.</summary>
    public Uri? Search { get; init; }

    public bool Poll { get; init; }
    public bool Verbose { get; init; }

    /// <summary>Reads the address of a search service.</summary>
    /// <exception cref="LocalException">It is none.</exception>
    public static Uri Address(string search) =>
        Uri.TryCreate(search, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new LocalException(
                $"--search is '{search}'; expected an address that begins with http:// or https://."
            );

    /// <summary>Refuses what cannot work before anything is started.</summary>
    public void Validate()
    {
        if (Watch is not null && !Directory.Exists(Watch))
        {
            throw new LocalException($"The folder to watch does not exist: {Watch}");
        }
        if (Port is < 0 or > 65535)
        {
            throw new LocalException($"--port is {Port}; expected 0 (any free port) to 65535.");
        }
        // the queue and table ports follow the blob port
        if (BlobPort is < 0 or > 65533)
        {
            throw new LocalException($"--blob-port is {BlobPort}; expected 0 (any free port) to 65533.");
        }
        if (!IsContainerName(Container))
        {
            throw new LocalException(
                $"--container is '{Container}'; expected 3 to 63 lower case letters, digits and single hyphens."
            );
        }
    }

    private static bool IsContainerName(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && name[0] != '-'
        && name[^1] != '-'
        && !name.Contains("--", StringComparison.Ordinal);
}
