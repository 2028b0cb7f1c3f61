using Agent.Commands.Syntax;

return await LastResort.RunAsync(args);
