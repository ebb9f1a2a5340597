import Crypto

/// The hash that names a blob: of large files SHA-256, of others the one that git gives them.
enum Checksum: Equatable, CustomStringConvertible {
    case sha256(String)
    /// SHA-1 of git's header and the bytes.
    case gitBlob(String)

    /// The kind that a hash of this length is; `nil` for what is no hash.
    init?(hex: String) {
        guard HubText.isHex(hex) else { return nil }
        switch hex.utf8.count {
        case 64: self = .sha256(hex)
        case 40: self = .gitBlob(hex)
        default: return nil
        }
    }

    var hex: String {
        switch self {
        case .sha256(let hex), .gitBlob(let hex): hex
        }
    }

    var description: String {
        switch self {
        case .sha256(let hex): "SHA-256 \(hex)"
        case .gitBlob(let hex): "git SHA-1 \(hex)"
        }
    }

    /// Something to feed the bytes of a file of `size` bytes to.
    func hasher(size: Int) -> ChecksumHasher {
        switch self {
        case .sha256: return .sha256(SHA256())
        case .gitBlob:
            var hash = Insecure.SHA1()
            hash.update(data: Array("blob \(size)\0".utf8))
            return .gitBlob(hash)
        }
    }
}

/// A checksum in the making.
enum ChecksumHasher {
    case sha256(SHA256)
    case gitBlob(Insecure.SHA1)

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            self = .sha256(hash)
        case .gitBlob(var hash):
            hash.update(bufferPointer: bytes)
            self = .gitBlob(hash)
        }
    }

    var checksum: Checksum {
        switch self {
        case .sha256(let hash): .sha256(Self.hex(hash.finalize()))
        case .gitBlob(let hash): .gitBlob(Self.hex(hash.finalize()))
        }
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
