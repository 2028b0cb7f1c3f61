using Agent.Commands;

return await LastResort.RunAsync(args);
