import Foundation
import Quire
import Testing

/// A beam search as transformers runs it.
struct BeamGolden: Decodable, Sendable, CustomTestStringConvertible {
    struct Hypothesis: Decodable, Sendable {
        let tokenIDs: [TokenID]
        let score: Double

        enum CodingKeys: String, CodingKey {
            case score
            case tokenIDs = "token_ids"
        }
    }

    /// `false`, `true` or `"never"`.
    struct Stopping: Decodable, Sendable {
        let value: EarlyStopping

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let isOn = try? container.decode(Bool.self) {
                value = isOn ? .yes : .no
            } else {
                value = try #require(EarlyStopping(rawValue: try container.decode(String.self)))
            }
        }
    }

    let promptTokenIDs: [TokenID]
    let numBeams: Int
    let earlyStopping: Stopping
    let lengthPenalty: Double
    let maxNewTokens: Int
    let eosTokenIDs: [TokenID]
    let repetitionPenalty: Double?
    let badWordsIDs: [[TokenID]]?
    let minNewTokens: Int?
    let stopStrings: [String]?
    let numReturnSequences: Int?
    let hypotheses: [Hypothesis]

    enum CodingKeys: String, CodingKey {
        case hypotheses
        case promptTokenIDs = "prompt_token_ids"
        case numBeams = "num_beams"
        case earlyStopping = "early_stopping"
        case lengthPenalty = "length_penalty"
        case maxNewTokens = "max_new_tokens"
        case eosTokenIDs = "eos_token_ids"
        case repetitionPenalty = "repetition_penalty"
        case badWordsIDs = "bad_words_ids"
        case minNewTokens = "min_new_tokens"
        case stopStrings = "stop_strings"
        case numReturnSequences = "num_return_sequences"
    }

    var testDescription: String {
        "width \(numBeams), early_stopping \(earlyStopping.value.rawValue), length_penalty \(lengthPenalty), "
            + "\(promptTokenIDs.count) prompt tokens"
    }

    var params: SamplingParams {
        SamplingParams(
            n: numReturnSequences ?? numBeams, temperature: 0, maxTokens: maxNewTokens, minTokens: minNewTokens ?? 0,
            stop: stopStrings ?? [], stopTokenIDs: eosTokenIDs, ignoreEOS: true,
            repetitionPenalty: repetitionPenalty ?? 1, beamWidth: numBeams, lengthPenalty: lengthPenalty,
            earlyStopping: earlyStopping.value)
    }

    static func all(_ model: String) throws -> [BeamGolden] {
        struct File: Decodable { let cases: [BeamGolden] }
        let data = try Data(contentsOf: URL(fileURLWithPath: Repository.fixture("beam/\(model).json")))
        return try JSONDecoder().decode(File.self, from: data).cases
    }
}

@Suite("Beam search finds what transformers finds")
struct BeamGoldenTests {
    static let models = ["gqa", "tied", "head-dim", "quire-tiny"]
}
