import QuireJSON

/// `stream` and `stream_options`.
struct StreamFields {
    let isOn: Bool
    /// Whether a last chunk says what was used.
    let includesUsage: Bool

    init(_ body: inout BodyFields) throws(APIError) {
        isOn = try body.bool("stream") ?? false
        guard var options = try body.fields("stream_options") else {
            includesUsage = false
            return
        }
        guard isOn else {
            throw .unsupported("stream_options", "it is only for requests with stream: true")
        }
        includesUsage = try options.bool("include_usage") ?? false
        _ = try options.bool("include_obfuscation")
        try options.finish()
    }
}
