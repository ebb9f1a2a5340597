import Foundation
import QuireTokenizers
import Testing

/// The expected ids and texts of one model, made by `Tests/Tools/make_tokenizer_vectors.py`.
struct VectorSet: Sendable, CustomTestStringConvertible {
    let name: String
    /// Where the model lies, from the repository's root or the folder of conformance data.
    let model: URL
    /// Whether decoding gives back the text, so that a round trip can be checked without the library's word.
    let restoresText: Bool

    var testDescription: String { name }

    static let checkedIn = [
        VectorSet(name: "bpe-identity", restoresText: true),
        VectorSet(name: "bpe-unused", restoresText: true),
        VectorSet(name: "bpe-nfkc", restoresText: false),
        VectorSet(name: "bpe-suffix", restoresText: false),
        VectorSet(name: "unigram-nfkc", restoresText: false),
        VectorSet(name: "unigram-rules", restoresText: false),
    ]
    static let tok512 = VectorSet(
        name: "tok512", model: Repository.conformanceData.appending(path: "stories260K/tok512.model"),
        restoresText: false)
    static let quireTiny = VectorSet(
        name: "quire-tiny", model: Repository.root.appending(path: "ModelZoo/quire-tiny/tokenizer.model"),
        restoresText: false)

    init(name: String, model: URL? = nil, restoresText: Bool) {
        self.name = name
        self.model = model ?? Repository.fixtures.appending(path: "\(name).model")
        self.restoresText = restoresText
    }

    var isThere: Bool { FileManager.default.fileExists(atPath: model.path) }

    /// One line of a vector file; which members it has depends on what it is about.
    struct Line: Decodable {
        var fingerprint: String?
        var pieces: Int?
        var ids: [TokenID]?
        var decoded: String?
        var spans: [[Int]]?
        var random: [TokenID]?
    }

    func lines() throws -> [Line] {
        let file = Repository.fixtures.appending(path: "\(name).jsonl")
        try #require(FileManager.default.fileExists(atPath: file.path), "no vectors: \(remedy)")
        return try Repository.jsonLines(Line.self, in: file)
    }

    /// What to do about vectors that are missing or of another model.
    var remedy: String { "run Tests/Tools/make_tokenizer_vectors.py --only \(name)" }

    static func texts() throws -> [String] {
        try Repository.jsonLines(String.self, in: Repository.fixtures.appending(path: "texts.jsonl"))
    }

    func tokenizer() throws -> SentencePieceTokenizer {
        SentencePieceTokenizer(model: try SentencePieceModel(contentsOf: model.path))
    }

    /// FNV-1a of the model file, as the vectors note it.
    func fingerprint() throws -> String {
        let hash = try Data(contentsOf: model).reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
