using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication().UseMiddleware<ApiMiddleware>();
builder.Services.AddEmbeddingFunctions();

// our own limit (Api:MaxBodyBytes) answers with a reason; Kestrel's would answer an empty 500
builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
var app = builder.Build();
if (SettingsCheck.FirstWrong(app.Services) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}

await app.RunAsync();
return 0;
