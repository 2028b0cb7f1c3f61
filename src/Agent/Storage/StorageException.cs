namespace Agent.Storage;

/// <summary>The state folder cannot be used. The message says what is wrong and what to do. It stops the start of the agent.</summary>
internal sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
