import Quire

/// How a server is set up; names follow vLLM where it has them.
public struct ServerOptions: Sendable, Equatable, NamedOptions {
    public var host = "127.0.0.1"
    public var port = 8_000
    /// The path of a Unix socket, instead of host and port.
    public var socketPath: String?
    /// Keys, one of which every caller needs; empty lets in everyone.
    public var apiKeys: [String] = []
    /// Origins of pages elsewhere that may use the server; `*` is all.
    public var allowedOrigins: [String] = []
    /// PEM files; both or neither.
    public var certificateFile: String?
    public var keyFile: String?
    /// Names that requests may call the model by; empty takes the name that it was loaded by.
    public var servedModelNames: [String] = []
    /// A file with a Jinja template, or the name of one; `nil` takes the model's own.
    public var chatTemplate: String?
    /// Whether callers with different keys find each other's prompts in the cache.
    public var sharesPrefixCache = false
    /// Bytes of a request's body.
    public var maxBodySize = 16 << 20
    /// Seconds that a request may take; `nil` has no limit.
    public var requestTimeout: Double?
    /// Seconds that a client may let an answer lie unread.
    public var writeTimeout = 60.0
    /// Seconds that an idle connection is kept.
    public var idleTimeout = 120.0
    /// Seconds that requests under way get to end after SIGTERM.
    public var shutdownTimeout = 30.0

    public init() {}

    public static let fields: [OptionField<ServerOptions>] = [
        .required("host", \.host),
        .number("port", \.port),
        .text("uds", \.socketPath),
        .texts("api-key", \.apiKeys),
        .texts("allowed-origins", \.allowedOrigins),
        .text("ssl-certfile", \.certificateFile),
        .text("ssl-keyfile", \.keyFile),
        .texts("served-model-name", \.servedModelNames),
        .text("chat-template", \.chatTemplate),
        .choice("share-prefix-cache", \.sharesPrefixCache),
        .requiredBytes("max-body-size", \.maxBodySize),
        .optionalDouble("request-timeout", \.requestTimeout, expected: "seconds, such as 600"),
        .double("write-timeout", \.writeTimeout, expected: "seconds, such as 60"),
        .double("idle-timeout", \.idleTimeout, expected: "seconds, such as 120"),
        .double("shutdown-timeout", \.shutdownTimeout, expected: "seconds, such as 30"),
    ]

    public func validate() throws(OptionError) {
        guard (0...65_535).contains(port) else {
            throw OptionError(name: "port", value: "\(port)", expected: "0 to 65535")
        }
        guard (1...1 << 30).contains(maxBodySize) else {
            throw OptionError(name: "max-body-size", value: "\(maxBodySize)", expected: "1 to 1GiB")
        }
        if apiKeys.contains(where: { $0.isEmpty || $0.contains(where: \.isWhitespace) }) {
            throw OptionError(name: "api-key", value: "a key with a space in it, or empty", expected: "printable keys")
        }
        if servedModelNames.contains("") {
            throw OptionError(name: "served-model-name", value: "empty", expected: "a name")
        }
        guard (certificateFile == nil) == (keyFile == nil) else {
            throw OptionError(
                name: certificateFile == nil ? "ssl-certfile" : "ssl-keyfile", value: "missing",
                expected: "ssl-certfile and ssl-keyfile together")
        }
    }
}
