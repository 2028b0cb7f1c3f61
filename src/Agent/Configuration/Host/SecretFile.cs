using System.Text;
using Agent.Adapters.Files;

namespace Agent.Configuration.Host;

/// <summary>
/// A file that holds one secret on one line. It is read whenever it is needed: it may be exchanged, or be gone, while the
/// agent runs, and neither ends the agent.
/// </summary>
internal static class SecretFile
{
    private const int MostBytes = 64 * 1024;
    private const string WebhookPrefix = "whsec_";

    /// <returns>Either the secret, or what is wrong with the file, to be said behind its path.</returns>
    public static (string? Secret, string? Problem) Read(string path)
    {
        try
        {
            using var file = RegularFile.OpenOwned(path);
            var secret = RegularFile.Text(file, MostBytes).Trim();
            if (secret.Length == 0)
                return (null, "holds no secret: write it into the file, on one line");
            return secret.Any(char.IsControl) ? (null, "holds more than one line: write the secret alone into it, on one line") : (secret, null);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, "is not there: write the secret into it, on one line, readable for the agent's user alone");
        }
        catch (UnauthorizedAccessException)
        {
            return (null, "may not be read by the user that this runs as: give it to the agent's group (chgrp npu-agent, chmod 640)");
        }
        catch (DecoderFallbackException)
        {
            return (null, "is no UTF-8 text: write the secret into it, on one line");
        }
        catch (IOException other)
        {
            return (null, $"{other.Message}: name the file that holds the secret");
        }
    }

    /// <summary>An API key, which goes into a header of HTTP.</summary>
    public static (string? Secret, string? Problem) ReadApiKey(string path)
    {
        var read = Read(path);
        return read.Secret?.Any(c => c is < ' ' or > '~') == true
            ? (null, "holds a key that no HTTP header can carry: letters, digits and signs of ASCII alone") : read;
    }

    /// <summary>A secret that signs, by the convention of Standard Webhooks: behind its prefix stands base64.</summary>
    public static (byte[]? Key, string? Problem) ReadWebhookKey(string path)
    {
        var (secret, problem) = Read(path);
        return secret is null ? (null, problem) : WebhookKey(secret);
    }

    public static (byte[]? Key, string? Problem) WebhookKey(string secret)
    {
        if (!secret.StartsWith(WebhookPrefix, StringComparison.Ordinal))
            return (Encoding.UTF8.GetBytes(secret), null);
        var key = new byte[secret.Length];
        // An empty key signs too, and anybody can make that signature.
        return Convert.TryFromBase64String(secret[WebhookPrefix.Length..], key, out var length) && length > 0
            ? (key[..length], null)
            : (null, $"holds {WebhookPrefix} and behind it no base64 of a key: copy the secret of the receiver again");
    }
}
