import Crypto
import Foundation

/// The keys that callers may have; only their digests are kept.
struct APIKeys: Sendable {
    private let digests: [[UInt8]]

    init(_ keys: [String]) {
        digests = keys.map(Self.digest)
    }

    var isEmpty: Bool { digests.isEmpty }

    /// What tells the owner of a key from the owners of others; `nil` for a key that is none of these.
    ///
    /// Every key is compared, and all of each, so that the time tells nothing.
    func scope(of key: String) -> String? {
        let presented = Self.digest(key)
        var found: Int?
        for (index, digest) in digests.enumerated() where Self.isEqual(digest, presented) { found = index }
        guard let found else { return nil }
        // Of the key, not of its place: the same after a restart with the keys in another order.
        return Self.digest("quire cache scope " + digests[found].description).prefix(16)
            .map { String($0, radix: 16) }.joined(separator: ".")
    }

    private static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }

    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0 && left.count == right.count
    }
}
