using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmbeddingFunctions.SearchEmulator;

/// <summary>
/// The certificate of https: self-signed for this machine, made once and kept in the data folder. <c>certificate.pem</c> is what clients
/// have to trust; the key is in <c>certificate.pfx</c>, readable by its owner alone.
/// </summary>
internal static class DevCertificate
{
    public const string PublicFile = "certificate.pem";
    private const string KeyFile = "certificate.pfx";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(825);
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(30);

    /// <exception cref="IOException">The file is no certificate, or cannot be written.</exception>
    public static X509Certificate2 LoadOrCreate(string folder, IPAddress address, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, KeyFile);
        if (File.Exists(file) && Load(file) is var known)
        {
            if (new DateTimeOffset(known.NotAfter) - time.GetUtcNow() > RenewedBefore && IsFor(known, address))
                return known;
            known.Dispose();
        }
        using var created = Create(address, time.GetUtcNow());
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(file, options))
            stream.Write(created.Export(X509ContentType.Pfx));
        File.WriteAllText(Path.Combine(folder, PublicFile), created.ExportCertificatePem());
        return Load(file);
    }

    private static X509Certificate2 Load(string file)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, null);
        }
        catch (CryptographicException e)
        {
            throw new IOException(
                $"the certificate in '{file}' cannot be read. Delete it, and another one is made.",
                e
            );
        }
    }

    private static bool IsFor(X509Certificate2 certificate, IPAddress address) =>
        certificate.MatchesHostname(address.ToString())
        || address.Equals(IPAddress.Any)
        || address.Equals(IPAddress.IPv6Any);

    private static X509Certificate2 Create(IPAddress address, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=search-emulator", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        foreach (var own in new HashSet<IPAddress> { IPAddress.Loopback, IPAddress.IPv6Loopback, address })
            names.AddIpAddress(own);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "Server Authentication")], false)
        );
        return request.CreateSelfSigned(now.AddHours(-1), now + Lifetime);
    }
}
