using Benchmarks;
using ConsoleAppFramework;

var app = ConsoleApp.Create();
app.Add("embed", Commands.Embed);
app.Add("batch", Commands.Batch);
app.Add("start", Commands.Start);
app.Add("tokens", Commands.Tokens);
app.Add("path", Commands.Path);
app.Add("search", Commands.Search);
app.Add("retrieve", Commands.Retrieve);
app.Add("latency", Commands.Latency);
app.Add("read", Commands.Read);
app.Add("large", Commands.Large);
await app.RunAsync(args);
