import QuireCore
import Synchronization

/// Adds up what steps ran and what they took, as the engine's caller sees it: the time between two steps is part of the
/// second.
package final class StepTally: Sendable {
    /// Of the steps since the tally was last taken; seconds.
    package struct Totals: Sendable {
        /// Steps in which parts of prompts ran, alone or beside single tokens.
        package private(set) var promptTokens = 0
        package private(set) var promptTime = 0.0
        /// Steps of single tokens alone.
        package private(set) var decodeSteps = 0
        package private(set) var decodedTokens = 0
        package private(set) var decodeTime = 0.0
        /// Of `decodeTime`, what the model and sampling took.
        package private(set) var modelTime = 0.0
        package private(set) var samplingTime = 0.0

        mutating func add(_ timing: StepTiming, seconds: Double) {
            if timing.promptTokens > 0 {
                promptTokens += timing.promptTokens
                promptTime += seconds
            } else {
                decodeSteps += 1
                decodedTokens += timing.decodedTokens
                decodeTime += seconds
                modelTime += timing.model
                samplingTime += timing.sampling
            }
        }
    }

    private struct State {
        var last = ContinuousClock.now
        var totals = Totals()
    }

    private let state = Mutex(State())

    /// Starts the clock of the next step.
    func begin() { state.withLock { $0.last = .now } }

    func add(_ timing: StepTiming) {
        state.withLock { state in
            let now = ContinuousClock.now
            state.totals.add(timing, seconds: (now - state.last).seconds)
            state.last = now
        }
    }

    /// The totals since the last call.
    func take() -> Totals {
        state.withLock { state in
            defer { state.totals = Totals() }
            return state.totals
        }
    }
}
