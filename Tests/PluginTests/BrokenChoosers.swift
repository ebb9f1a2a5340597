import ParallelSampling
import QuireCore
import Synchronization

/// One way to get a row of logits wrong.
protocol ProcessorMistake: Sendable {
    static func apply(_ logits: UnsafeMutableBufferPointer<Float>, _ generated: ArraySlice<TokenID>)
}

struct BrokenProcessor<Mistake: ProcessorMistake>: LogitsProcessor {
    static var name: String { "broken" }
    static var order: Int { 0 }

    static func make(for request: Request) -> BrokenProcessor? { BrokenProcessor() }

    func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) { Mistake.apply(logits, generated) }
}

/// Gives back what another has forbidden.
enum Reviving: ProcessorMistake {
    static func apply(_ logits: UnsafeMutableBufferPointer<Float>, _ generated: ArraySlice<TokenID>) {
        for index in logits.indices { logits[index] = max(logits[index], -100) }
    }
}

/// Takes the slice for an array of its own.
enum Beginning: ProcessorMistake {
    static func apply(_ logits: UnsafeMutableBufferPointer<Float>, _ generated: ArraySlice<TokenID>) {
        logits[0] -= Float(generated.startIndex)
    }
}

/// Counts its calls.
enum Remembering: ProcessorMistake {
    private static let calls = Atomic(0)

    static func apply(_ logits: UnsafeMutableBufferPointer<Float>, _ generated: ArraySlice<TokenID>) {
        logits[0] = Float(calls.wrappingAdd(1, ordering: .relaxed).newValue)
    }
}

/// Goes one further.
enum Spilling: ProcessorMistake {
    static func apply(_ logits: UnsafeMutableBufferPointer<Float>, _ generated: ArraySlice<TokenID>) {
        logits.baseAddress![logits.count] = 0
    }
}

/// Divides by nothing.
enum Infinite: ProcessorMistake {
    static func apply(_ logits: UnsafeMutableBufferPointer<Float>, _ generated: ArraySlice<TokenID>) {
        logits[1] = .infinity
    }
}

/// One way to get decisions wrong.
protocol StrategyMistake: Sendable {
    static func change(_ decision: Decision, isFirst: Bool) -> Decision
}

/// Parallel sampling with a mistake.
struct BrokenStrategy<Mistake: StrategyMistake>: DecodingStrategy {
    static var name: String { "broken" }
    static var summary: String { "" }
    static var runsTogether: Bool { false }
    private let inner: ParallelSampling

    init(params: SamplingParams) { inner = ParallelSampling(params: params) }

    var width: Int { inner.width }

    func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> Decision {
        Mistake.change(try inner.advance(candidates, isFirst: isFirst, picker: picker), isFirst: isFirst)
    }
}

/// Goes on with one completion only.
enum Lonely: StrategyMistake {
    static func change(_ decision: Decision, isFirst: Bool) -> Decision {
        Decision(continuations: Array(decision.continuations.prefix(isFirst ? 1 : .max)))
    }
}

/// Chooses by how many requests there were.
enum Crowded: StrategyMistake {
    private static let calls = Atomic(0)

    static func change(_ decision: Decision, isFirst: Bool) -> Decision {
        guard calls.wrappingAdd(1, ordering: .relaxed).newValue.isMultiple(of: 3) else { return decision }
        return Decision(
            continuations: decision.continuations.map {
                Continuation(
                    parent: $0.parent, picked: PickedToken(token: 1, logprob: $0.picked.logprob))
            })
    }
}
