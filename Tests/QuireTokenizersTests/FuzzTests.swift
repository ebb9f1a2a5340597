import Foundation
import QuireTokenizers
import TestSupport
import Testing

@Suite("Untrusted model files")
struct FuzzTests {
    private static let text = "the ingly café ABC \u{3000} 日本 👩‍🚀 \0 \u{2581}a"

    @Test("a mutated file throws or makes a working tokenizer", arguments: VectorSet.checkedIn)
    func mutations(set: VectorSet) throws {
        let original = [UInt8](try Data(contentsOf: set.model))
        // Reading a large character map dominates: fewer rounds keep the suite quick.
        let rounds = original.count > 100_000 ? 60 : 600
        var random = SeededRandom(seed: UInt64(original.count))
        var accepted = 0
        for _ in 0..<rounds {
            let mutated = Self.mutate(original, using: &random)
            guard let model = try? SentencePieceModel(bytes: mutated) else { continue }
            accepted += 1
            let tokenizer = SentencePieceTokenizer(model: model)
            let ids = tokenizer.encode(Self.text)
            #expect(ids.allSatisfy { (0..<TokenID(tokenizer.vocabularySize)).contains($0) })
            _ = tokenizer.decode(ids)
            let tokens = tokenizer.encodeWithOffsets(Self.text, addSpecialTokens: true)
            #expect(tokens.map(\.id) == ids)
        }
        #expect(accepted > 0)
    }

    @Test("random bytes throw or make a model")
    func noise() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...60, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? SentencePieceModel(bytes: bytes)
        }
    }

    private static func mutate(_ original: [UInt8], using random: inout SeededRandom) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...16, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4: for index in place..<end { bytes[index] = 0xFF }
            default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
            }
            if bytes.isEmpty { break }
        }
        return bytes
    }
}
