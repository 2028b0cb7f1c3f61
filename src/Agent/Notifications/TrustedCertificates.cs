using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Agent.Adapters.Files;
using Agent.Configuration.Declared;

namespace Agent.Notifications;

/// <summary>The file of certificates from one of which a receiver's own has to come. Nobody is asked over the network whether one was revoked.</summary>
internal static class TrustedCertificates
{
    public static readonly Setting<string?> CaFile = Setting.File("ca_file", "/etc/npu-agent/receiver-ca.pem",
        "Certificates (PEM) that the receiver's own has to come from. Left out: those of the system.", ProblemOf);

    private const int MostBytes = 1024 * 1024;

    /// <exception cref="Exception">As <see cref="IsUnreadable"/> tells.</exception>
    public static X509ChainPolicy PolicyOf(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        using var pem = RegularFile.Open(file);
        policy.CustomTrustStore.ImportFromPem(RegularFile.Text(pem, MostBytes));
        return policy;
    }

    /// <summary>For a library that wants a verdict and takes no policy.</summary>
    /// <param name="policy">Null: the system's verdict stands.</param>
    public static RemoteCertificateValidationCallback Judge(X509ChainPolicy? policy) => (_, certificate, sent, errors) =>
    {
        if (policy is null)
            return errors == SslPolicyErrors.None;
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain { ChainPolicy = policy.Clone() };
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        using var own = new X509Certificate2(certificate);
        return chain.Build(own);
    };

    public static bool IsUnreadable(Exception mistake) => mistake is IOException or UnauthorizedAccessException or CryptographicException;

    private static string? ProblemOf(string path)
    {
        try
        {
            return PolicyOf(path).CustomTrustStore.Count > 0 ? null : "holds no certificate: PEM files begin with -----BEGIN CERTIFICATE-----";
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            return $"{unreadable.Message}: name the file that holds the certificates";
        }
    }
}
