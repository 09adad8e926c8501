namespace EmbeddingFunctions.SearchEmulator;

/// <summary>Settings of one emulator.</summary>
public sealed record SearchEmulatorOptions
{
    /// <summary>Where indexes live; made if missing. One process at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Address to listen on, an IP address or <c>localhost</c>. Keep it on the loopback unless there is an <see cref="ApiKey"/>.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port of http. 0 takes any free one; read it from <c>app.Urls</c> after the start.</summary>
    public int Port { get; init; }

    /// <summary>Port of https, with a certificate that is made in the data folder; 0 takes any free one, null leaves https out.</summary>
    public int? HttpsPort { get; init; }

    /// <summary>The admin key: what the <c>api-key</c> header must be; null lets everybody in.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Keys that can read documents and nothing else. Only beside an <see cref="ApiKey"/>.</summary>
    public IReadOnlyList<string> QueryKeys { get; init; } = [];

    /// <summary>For how long an acknowledged batch is not found yet, at most a minute. The service needs some seconds.</summary>
    public TimeSpan VisibilityDelay { get; init; }

    /// <summary>How long a search, suggestion or completion may take; above 0. What takes longer is refused with a 400.</summary>
    public TimeSpan LongestQuery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Failures on demand, for tests of clients.</summary>
    public FaultInjector Faults { get; init; } = new();
}
