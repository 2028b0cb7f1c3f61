using Agent.Commands;

return await CommandTree.Create().Parse(args).InvokeAsync();
