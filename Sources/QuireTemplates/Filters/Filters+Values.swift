/// Filters that take any value: defaults, attributes, and values as JSON or for a URL.
extension Filters {
    static let values: [String: Filter] = [
        "default": fallback, "d": fallback, "attr": attribute, "tojson": toJSON, "urlencode": urlEncode,
    ]

    @Sendable private static func urlEncode(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "do_urlencode")
        var pairs: [Value]
        switch value {
        case .dictionary(let members): pairs = try MemberView(.items, of: members).elements()
        case .string, .markup, .none, .bool, .integer, .float:
            return try renderer.string(try Self.quoted(try renderer.text(of: value), isQuery: false, renderer))
        default: pairs = try renderer.elements(of: value)
        }
        var parts: [String] = []
        for pair in pairs {
            let elements = try renderer.elements(of: pair)
            guard elements.count == 2 else {
                throw TemplateError(.value, "expected pairs of a key and a value")
            }
            parts.append(
                try quoted(try renderer.text(of: elements[0]), isQuery: true, renderer) + "="
                    + quoted(try renderer.text(of: elements[1]), isQuery: true, renderer))
        }
        return try renderer.string(parts.joined(separator: "&"))
    }

    private static func quoted(
        _ text: String, isQuery: Bool, _ renderer: Renderer
    ) throws(TemplateError) -> String {
        try renderer.meter.work(bytes: text.utf8.count, .mapping)
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: "/") where !isQuery: bytes.append(byte)
            case 0x20 where isQuery: bytes.append(UInt8(ascii: "+"))
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Sendable private static func fallback(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_default", "default_value", "boolean", required: 0)
        let isMissing: Bool
        if value.isUndefined {
            isMissing = true
        } else if try renderer.isTrue(bound[1], default: false) {
            isMissing = !(try renderer.isTrue(value))
        } else {
            isMissing = false
        }
        return isMissing ? bound[0] ?? .string("") : value
    }

    @Sendable private static func attribute(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_attr", "name", required: 1)
        let name = try bound.text(0, default: "")
        if case .undefined(let undefined) = value { throw undefined.error }
        return try renderer.existingAttribute(name, of: value) ?? .undefined(attribute: name, of: value)
    }

    @Sendable private static func toJSON(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(
            to: "tojson", "ensure_ascii", "indent", "separators", "sort_keys", required: 0)
        var writer = JSONWriter()
        writer.escapesNonASCII = try renderer.isTrue(bound[0], default: false)
        if let indent = bound[1], !indent.isNone {
            if let text = indent.text {
                writer.indentation = text
            } else {
                let width = min(max(try indent.asIndex, 0), FormatSpec.maximumWidth)
                writer.indentation = String(repeating: " ", count: width)
            }
            writer.itemSeparator = ","
        }
        if let separators = bound[2], !separators.isNone {
            let texts = try renderer.elements(of: separators).compactMap(\.text)
            guard texts.count == 2 else {
                throw TemplateError(.value, "separators must be two strings, one between items and one behind keys")
            }
            (writer.itemSeparator, writer.keySeparator) = (texts[0], texts[1])
        }
        writer.sortsKeys = try renderer.isTrue(bound[3], default: false)
        return try renderer.string(try writer.text(of: value, renderer))
    }
}
