using ConsoleAppFramework;
using EmbeddingFunctions.SearchEmulator;

await ConsoleApp.RunAsync(args, ServeCommand.ServeAsync);
