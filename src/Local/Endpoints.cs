namespace EmbeddingFunctions.Local;

/// <summary>What is where: the content of endpoints.json.</summary>
/// <param name="Functions">HTTP functions.</param>
/// <param name="Blob">Blob service, whose writes make events.</param>
/// <param name="Queue">Queue service.</param>
/// <param name="Table">Table service.</param>
/// <param name="Search">Search service.</param>
/// <param name="Storage">Connection string of the account, by these addresses.</param>
/// <param name="Keys">Keys that the services ask for, if any.</param>
/// <param name="Sas">A URL for the container: read, write, list and delete for some days; null if none can be signed.</param>
internal sealed record Endpoints(
    Uri Functions,
    Uri Blob,
    Uri Queue,
    Uri Table,
    Uri Search,
    string Storage,
    EndpointKeys Keys,
    Uri? Sas
);

internal sealed record EndpointKeys(string? Functions, string? Search);
