namespace EmbeddingFunctions.SearchEmulator;

/// <summary>Settings of one emulator.</summary>
public sealed record SearchEmulatorOptions
{
    /// <summary>Where indexes live; made if missing. One process at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Address to listen on, an IP address or <c>localhost</c>. Plain http: keep it on the loopback.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 takes any free port; read it from <c>app.Urls</c> after the start.</summary>
    public int Port { get; init; }

    /// <summary>What the <c>api-key</c> header must be; null lets everybody in.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Failures on demand, for tests of clients.</summary>
    public FaultInjector Faults { get; init; } = new();
}
