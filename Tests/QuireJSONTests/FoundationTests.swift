import Foundation
import QuireJSON
import TestSupport
import Testing

/// Foundation reads and writes JSON, too: an implementation to compare with.
@Suite("JSON as Foundation reads and writes it")
struct FoundationTests {
    static func text(_ random: inout SeededRandom) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "\"", "\\", "/", "\n", "\t", "\u{1}", "\u{7F}", "é", "\u{301}", "€", "😀", "\0",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
        }
        return text
    }

    static func value(_ random: inout SeededRandom, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth < 4 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .int(Int(truncatingIfNeeded: random.next() >> UInt64.random(in: 0..<64, using: &random)))
        // Foundation does not round numbers of more digits to the nearest.
        case 3: return .double(Double(Int.random(in: -1_000_000_000...1_000_000_000, using: &random)) + 0.125)
        case 4, 5: return .string(text(&random))
        case 6:
            return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(&random, depth: depth + 1) })
        default:
            return .members(
                (0..<Int.random(in: 0...4, using: &random)).map {
                    ("\($0)" + text(&random), value(&random, depth: depth + 1))
                })
        }
    }

    static func equal(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .bool(let value): theirs as? Bool == value
        case .int(let value): theirs as? Int == value
        case .double(let value): theirs as? Double == value
        case .string(let value): (theirs as? String).map { $0.utf8.elementsEqual(value.utf8) } ?? false
        case .array(let values):
            (theirs as? [Any]).map { $0.count == values.count && zip(values, $0).allSatisfy(equal) } ?? false
        case .object(let members):
            (theirs as? [String: Any]).map { other in
                other.count == members.count
                    && members.allSatisfy { member in
                        other[member.key].map { equal(member.value, $0) } ?? false
                    }
            } ?? false
        }
    }

    @Test("documents that were written here are read the same there and here", arguments: 0..<500)
    func written(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let value = Self.value(&random)
        let bytes = Array(value.text.utf8)
        #expect(try JSONValue(parsing: bytes) == value)
        let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        let isSame = Self.equal(value, theirs)
        #expect(isSame, "\(value.text)")
    }

    @Test("a document with one byte changed is read as there, or refused", arguments: 0..<500)
    func mutated(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) &+ 1_000_000)
        var bytes = Array(Self.value(&random).text.utf8)
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        let alphabet = Array("{}[]\",:\\u0e-+.1tfn \u{7F}\u{1}é".utf8)
        bytes[place] = alphabet.randomElement(using: &random) ?? 0
        // Of equal keys Foundation takes either.
        guard let value = try? JSONValue(parsing: bytes, rules: JSONRules(duplicateKeys: .refused)) else { return }
        let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        let isSame = Self.equal(value, theirs)
        #expect(isSame, "\(String(decoding: bytes, as: UTF8.self))")
    }
}
