import Foundation
import QuireTokenizers
import Testing

/// A tokenizer.json and what Python's tokenizers library says with it.
struct TokenizerJSONVectors: Sendable, CustomTestStringConvertible {
    let name: String

    var testDescription: String { name }

    static let all: [TokenizerJSONVectors] = {
        let behaviors = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
        let splits = behaviors.flatMap { ["split-\($0)", "split-\($0)-inverted"] }
        let names = [
            "gpt2", "byte-level", "cased", "llama", "clip", "prefixed", "bert", "unigram", "unigram-bytes",
            "byte-normalized", "words-nfd", "words-nfkd", "fixed",
        ]
        return (names + splits).map(TokenizerJSONVectors.init)
    }()

    var file: URL { Repository.tokenizerJSON.appending(path: "\(name).json") }

    func tokenizer() throws -> HuggingFaceTokenizer { try HuggingFaceTokenizer(contentsOf: file.path) }

    /// The texts in the order of the vectors: random ones, then the first of the SentencePiece vectors.
    static func texts() throws -> [String] {
        try RandomTexts.texts(2_000) + VectorSet.texts().prefix(200)
    }

    /// What was expected of a text: how many ids, hashes of the ids and of the decoded text, and some of the ids.
    struct Encoding {
        var count: Int
        var ids: String
        var decoded: String
        var sample: [TokenID]?
    }

    /// Texts' encodings, then hashes of what random ids decode to, without and with special tokens.
    func expectations() throws -> (encodings: [Encoding], decodings: [[String]]) {
        var encodings: [Encoding] = []
        var decodings: [[String]] = []
        let data = try Data(contentsOf: Repository.tokenizerJSON.appending(path: "\(name).vectors"))
        for line in data.split(separator: 0x0A) {
            let parts = try #require(try JSONSerialization.jsonObject(with: line) as? [Any])
            if let hashes = parts as? [String] {
                decodings.append(hashes)
            } else {
                encodings.append(
                    Encoding(
                        count: try #require(parts[0] as? Int), ids: try #require(parts[1] as? String),
                        decoded: try #require(parts[2] as? String),
                        sample: parts.count > 3 ? (parts[3] as? [Int])?.map(TokenID.init) : nil))
            }
        }
        return (encodings, decodings)
    }

    static func hash(_ bytes: some Swift.Sequence<UInt8>) -> String {
        let value = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(value & 0xFFFF_FFFF, radix: 16)
    }

    static func hash(_ ids: [TokenID]) -> String {
        hash(ids.flatMap { id in (0..<4).map { UInt8(truncatingIfNeeded: id >> TokenID(8 * $0)) } })
    }
}
