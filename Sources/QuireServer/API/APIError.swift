import HTTPTypes
import Logging
import Quire
import QuireJSON
import QuireTemplates

/// What a client is told about a request that cannot be served, as OpenAI's error object.
struct APIError: Error {
    let status: HTTPResponse.Status
    let message: String
    var type = "invalid_request_error"
    /// The field that is wrong.
    var parameter: String?
    var code: String?
    /// Seconds after which another try makes sense.
    var retryAfter: Int?
    /// What the log says beyond that, and no client is told.
    var cause: String?

    /// A field whose value cannot be used.
    static func field(_ name: String, _ value: JSONValue, expected: String) -> APIError {
        APIError(
            status: .badRequest, message: "\(name) is \(value.summary); expected \(expected)", parameter: name,
            code: "invalid_value")
    }

    static func missing(_ name: String, expected: String) -> APIError {
        APIError(
            status: .badRequest, message: "\(name) is missing; expected \(expected)", parameter: name,
            code: "missing_required_parameter")
    }

    static func unsupported(_ name: String, _ problem: String) -> APIError {
        APIError(
            status: .badRequest, message: "\(name): \(problem)", parameter: name, code: "unsupported_parameter")
    }

    static let shuttingDown = APIError(
        status: .serviceUnavailable, message: "the server is shutting down; try again later", type: "server_error",
        code: "shutting_down", retryAfter: 5)

    static let timedOut = APIError(
        status: .gatewayTimeout, message: "the request took longer than --request-timeout allows",
        type: "server_error", code: "timeout")

    /// What the log says.
    var logged: Logger.Message { cause.map { "\(message): \($0)" } ?? "\(message)" }

    /// `{"error":{"message":…,"type":…,"param":…,"code":…}}`
    var json: JSONValue {
        .members([
            (
                "error",
                .members([
                    ("message", .string(message)), ("type", .string(type)),
                    ("param", parameter.map(JSONValue.string) ?? .null), ("code", code.map(JSONValue.string) ?? .null),
                ])
            )
        ])
    }
}

extension APIError {
    /// What went wrong inside, as a client may see it.
    init(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as PromptError: self.init(error.underlying)
        case let error as RequestError: self.init(error)
        case let error as TemplateError:
            self.init(
                status: .badRequest, message: "the chat template refuses the messages: \(error.message)",
                parameter: "messages", code: "chat_template_error")
        case let error as any UserError: self.init(error.kind, "\(error)")
        default:
            self.init(.internal, "the request failed inside the server")
            cause = "\(error)"
        }
    }

    private init(_ error: RequestError) {
        switch error {
        case .parameter(let name, _, _):
            self.init(status: .badRequest, message: "\(error)", parameter: name, code: "invalid_value")
        case .queueFull:
            self.init(
                status: .tooManyRequests, message: "\(error)", type: "rate_limit_error", code: "queue_full",
                retryAfter: 1)
        case .promptTooLong, .neverFits:
            self.init(status: .badRequest, message: "\(error)", code: "context_length_exceeded")
        case .notANumber: self.init(.internal, "\(error)")
        // Only clients that are gone cancel, and no one else will see it: as in nginx.
        case .cancelled:
            self.init(
                status: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request"), message: "\(error)")
        default: self.init(error.kind, "\(error)")
        }
    }

    private init(_ kind: UserErrorKind, _ message: String) {
        switch kind {
        case .usage, .data: self.init(status: .badRequest, message: message)
        case .unavailable: self.init(status: .serviceUnavailable, message: message, type: "server_error", retryAfter: 1)
        case .internal: self.init(status: .internalServerError, message: message, type: "server_error")
        }
    }
}
