import Quire
import QuireJSON

/// Why a completion ended, in JSON.
struct Finish: Sendable {
    let reason: JSONValue
    let stopReason: JSONValue

    init(_ reason: FinishReason, _ stopReason: StopReason?) {
        self.reason = .string(reason.rawValue)
        self.stopReason =
            switch stopReason {
            case .token(let token): .int(Int(token))
            case .text(let text): .string(text)
            case nil: .null
            }
    }

    init(_ ending: Ending) { self.init(ending.reason, ending.stopReason) }
}
