using ConsoleAppFramework;
using EmbeddingFunctions.Local;

ConsoleApp.Version = "EmbeddingFunctions.Local";
await ConsoleApp.RunAsync(args, Commands.RunAsync);
