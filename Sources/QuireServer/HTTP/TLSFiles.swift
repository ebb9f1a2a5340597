import NIOSSL
import Quire

/// Certificate and key.
struct TLSFiles {
    let certificate: String
    let key: String

    init?(_ options: ServerOptions) {
        guard let certificate = options.certificateFile, let key = options.keyFile else { return nil }
        self.certificate = certificate
        self.key = key
    }

    func configuration() throws -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw OptionError(
                name: "ssl-certfile", value: certificate, expected: "a PEM file with a certificate (\(error))")
        }
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw OptionError(name: "ssl-keyfile", value: key, expected: "a PEM file with a private key (\(error))")
        }
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    }
}
