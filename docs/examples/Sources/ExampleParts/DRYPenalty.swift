import Foundation
import QuireCore

/// Makes tokens less likely that would go on with something said before, the more the longer it already is.
///
/// A token that would make a repeated run of `n` tokens one longer loses
/// `dry_multiplier · dry_base ^ (n - dry_allowed_length)`, where `n` is at least `dry_allowed_length`.
/// Source: P. E. Weidmann, DRY: a modern repetition penalty that reliably prevents looping, 2024.
public struct DRYPenalty: LogitsProcessor {
    public static let name = "dry"
    // After the bundled ones: allowed tokens 10, bad words 20, minimum length 30, bias 40, penalties 50.
    public static let order = 60

    /// Longer runs are punished as these are: no logit outlives that, and powers must not overflow.
    private static let longestRun = 50

    private let multiplier: Float
    private let base: Float
    private let allowedLength: Int

    public static func make(for request: Request) throws -> DRYPenalty? {
        func number(_ name: String, default fallback: Float, atLeast least: Float) throws -> Float {
            guard let text = request.params.extraArguments[name] else { return fallback }
            guard let value = Float(text), value >= least, value <= 1_000 else {
                throw RequestError.parameter(name: name, value: text, expected: "a number from \(least) to 1000")
            }
            return value
        }
        let multiplier = try number("dry_multiplier", default: 0, atLeast: 0)
        guard multiplier > 0 else { return nil }
        return DRYPenalty(
            multiplier: multiplier, base: try number("dry_base", default: 1.75, atLeast: 1),
            allowedLength: Int(try number("dry_allowed_length", default: 2, atLeast: 1)))
    }

    public func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        let tokens = prompt + generated
        guard let last = tokens.indices.last else { return }
        // For each token that followed an earlier copy of the ending: how long the longest such copy is.
        var runs: [TokenID: Int] = [:]
        for end in 0..<last where tokens[end] == tokens[last] {
            var length = 1
            while length < Self.longestRun, length <= end, tokens[end - length] == tokens[last - length] { length += 1 }
            if length >= allowedLength { runs[tokens[end + 1]] = max(runs[tokens[end + 1]] ?? 0, length) }
        }
        for (token, length) in runs {
            logits[Int(token)] -= min(multiplier * pow(base, Float(length - allowedLength)), 1e30)
        }
    }
}
