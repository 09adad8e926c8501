using ConsoleAppFramework;
using EmbeddingFunctions.Tools;

ConsoleApp.Version = "EmbeddingFunctions.Tools";
var app = ConsoleApp.Create();
app.Add("import", Commands.ImportAsync);
app.Add("evaluate", Commands.EvaluateAsync);
app.Add("chunks", Commands.ChunksAsync);
app.Add("embed", Commands.EmbedAsync);
await app.RunAsync(args);
