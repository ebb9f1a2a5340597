import QuireJSON

extension ZooEntry {
    /// `entry.json`, one field a line.
    var text: String {
        let fields: [(String, JSONValue?)] = [
            ("name", .string(name)), ("architecture", .string(architecture)), ("description", .string(description)),
            ("licence", .string(licence)), ("repository", repository.map(JSONValue.string)),
            ("revision", revision.map(JSONValue.string)), ("files", files.map { .array($0.map(JSONValue.string)) }),
            ("weights", weights.map { .array($0.map(JSONValue.string)) }), ("prompt", prompt.map(JSONValue.string)),
            ("prompt_form", promptForm.map(JSONValue.string)), ("expected", expected.map(JSONValue.string)),
            ("parameters", parameters.map(JSONValue.int)), ("memory_bytes", memoryBytes.map(JSONValue.int)),
        ]
        let lines = fields.compactMap { key, value in value.map { "  \(JSONValue.string(key).text): \($0.text)" } }
        return "{\n\(lines.joined(separator: ",\n"))\n}\n"
    }
}
