import Foundation
import TestSupport

/// The random texts that `Tests/Tools/make_tokenizer_json_vectors.py` makes from the same numbers.
struct RandomTexts {
    static func texts(_ count: Int) throws -> [String] {
        let kinds = try JSONDecoder().decode(
            [[String]].self, from: Data(contentsOf: Repository.tokenizerJSON.appending(path: "kinds.json")))
        var random = SeededRandom(seed: 42)
        return (0..<count).map { _ in
            var text = ""
            for _ in 0..<1 + below(6, &random) {
                let kind = kinds[below(kinds.count, &random)]
                for _ in 0..<1 + below(5, &random) {
                    text += kind[below(kind.count, &random)]
                }
            }
            return text
        }
    }

    static func below(_ bound: Int, _ random: inout SeededRandom) -> Int {
        Int(random.next() % UInt64(bound))
    }
}

extension Repository {
    static let tokenizerJSON = root.appending(path: "Tests/Fixtures/tokenizer-json")
}
