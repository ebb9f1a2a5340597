import Foundation
import Quire
import QuireJSON

/// What every answer and every chunk of a request begins with.
struct AnswerHead: Sendable {
    /// Such as `cmpl-…`, with the id of the HTTP request.
    let id: String
    /// Seconds since 1970.
    let created: Int
    let model: String

    init(prefix: String, requestID: String, model: String) {
        id = "\(prefix)-\(requestID)"
        created = Int(Date().timeIntervalSince1970)
        self.model = model
    }

    /// An answer.
    func json(object: String, choices: [JSONValue], _ more: [(String, JSONValue)] = []) -> JSONValue {
        .members(
            [
                ("id", .string(id)), ("object", .string(object)), ("created", .int(created)),
                ("model", .string(model)), ("choices", .array(choices)),
            ] + more)
    }
}
