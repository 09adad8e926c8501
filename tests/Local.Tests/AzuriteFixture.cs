using EmbeddingFunctions.Local.Azurite;
using EmbeddingFunctions.Local.Blobs;
using EmbeddingFunctions.Local.Processes;
using EmbeddingFunctions.Local.Settings;
using EmbeddingFunctions.Local.Tests;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace EmbeddingFunctions.Local.Tests;

/// <summary>One Azurite, as Local starts it, for all tests of this assembly that need storage.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private DataFolder? _data;
    private AzuriteProcess? _azurite;

    internal StorageAccount Account { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _data = DataFolder.Open(_folder.Path);
        var install = await AzuriteInstall.EnsureAsync(
            Path.Combine(Repository.Root, ".local", "tools"),
            Environment.GetEnvironmentVariable("PATH"),
            _ => { },
            CancellationToken.None
        );
        _azurite = await AzuriteProcess.StartAsync(
            install,
            _data,
            new StoragePorts(0, 0, 0),
            NullLogger.Instance,
            CancellationToken.None
        );
        Account = StorageAccount.Azurite(_azurite.Ports, hybridScan: false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
        _data?.Dispose();
        _folder.Dispose();
    }
}
