import Foundation
import QuireTokenizers

/// Writes small tokenizer.json files, wrong ones included.
enum TokenizerBuilder {
    /// A tokenizer whose only piece is the unknown one, and whose words are the matches of a pattern and what is between.
    static func splitting(by pattern: String) throws -> HuggingFaceTokenizer {
        try tokenizer([
            "pre_tokenizer": ["type": "Split", "pattern": ["Regex": pattern], "behavior": "Isolated", "invert": false]
        ])
    }

    static var wordLevel: [String: Any] { ["type": "WordLevel", "vocab": ["<unk>": 0], "unk_token": "<unk>"] }

    static func bpe(_ vocabulary: [String: Any], merges: [Any], _ more: [String: Any] = [:]) -> [String: Any] {
        ["type": "BPE", "vocab": vocabulary, "merges": merges].merging(more) { $1 }
    }

    static func tokenizer(
        _ members: [String: Any], model: [String: Any] = wordLevel, roles: TokenRoles = TokenRoles()
    ) throws -> HuggingFaceTokenizer {
        let document = ["model": model].merging(members) { $1 }
        let data = try JSONSerialization.data(withJSONObject: document)
        return try HuggingFaceTokenizer(json: Array(data), roles: roles, name: "tokenizer.json")
    }
}
