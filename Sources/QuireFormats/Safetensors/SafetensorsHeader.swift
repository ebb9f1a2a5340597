import QuireJSON

/// The JSON header of a safetensors file, read into tensors whose every byte is accounted for.
struct SafetensorsHeader {
    private let path: String
    private let members: JSONMembers

    /// Axes of a tensor; no framework has more.
    private static let maximumRank = 64

    /// Throws where the header is not one strict JSON object.
    init(_ bytes: MappedBytes) throws(FormatError) {
        path = bytes.file.path
        let json = try bytes.json(field: "header")
        guard case .object(let members) = json else {
            throw FormatError(file: path, place: "header", found: json.summary, expected: "an object")
        }
        self.members = members
    }

    /// The tensors, cut out of `data` (the byte buffer after the header), and the metadata.
    func contents(
        _ data: MappedBytes
    ) throws(FormatError) -> (tensors: [TensorEntry], metadata: [String: MetadataValue]) {
        var tensors: [TensorEntry] = []
        var metadata: [String: MetadataValue] = [:]
        tensors.reserveCapacity(members.count)
        for (key, value) in members {
            if key == "__metadata__" {
                metadata = try self.metadata(value)
            } else {
                tensors.append(try tensor(key, value, data))
            }
        }
        try checkLayout(tensors, data)
        return (tensors, metadata)
    }

    private func metadata(_ value: JSONValue) throws(FormatError) -> [String: MetadataValue] {
        guard case .object(let members) = value else {
            throw error("__metadata__", found: value.summary, expected: "an object of strings")
        }
        var result: [String: MetadataValue] = [:]
        for (key, value) in members {
            guard case .string(let text) = value else {
                throw error("__metadata__ \(quoted(key))", found: value.summary, expected: "a string")
            }
            result[key] = .string(text)
        }
        return result
    }

    private func tensor(_ name: String, _ value: JSONValue, _ data: MappedBytes) throws(FormatError) -> TensorEntry {
        let place = "tensor \(quoted(name))"
        guard case .object(let fields) = value else {
            throw error(place, found: value.summary, expected: "an object with dtype, shape and data_offsets")
        }
        var dtype: JSONValue?
        var shapeField: JSONValue?
        var offsetsField: JSONValue?
        for (key, value) in fields {
            switch key {
            case "dtype": dtype = value
            case "shape": shapeField = value
            case "data_offsets": offsetsField = value
            default:
                throw error(place, found: "the field \(quoted(key))", expected: "only dtype, shape and data_offsets")
            }
        }

        let type = try elementType(dtype, place)
        let shape = try naturals(shapeField, "\(place), shape")
        let offsets = try naturals(offsetsField, "\(place), data_offsets")
        guard offsets.count == 2 else {
            throw error("\(place), data_offsets", found: "\(offsets.count) numbers", expected: "begin and end")
        }
        let (begin, end) = (offsets[0], offsets[1])
        guard begin <= end else {
            throw error("\(place), data_offsets", found: "begin \(begin) after end \(end)", expected: "begin <= end")
        }
        guard let bytes = data.slice(at: begin, count: end - begin) else {
            throw error(
                "\(place), data_offsets", found: "end \(end)", expected: "at most \(data.count), the size of the data")
        }
        guard let size = type.byteCount(shape: shape) else {
            throw error("\(place), shape", found: shape, expected: "a size in bytes that fits in 63 bits")
        }
        guard size == bytes.count else {
            throw error(
                "\(place), data_offsets", found: "\(bytes.count) bytes",
                expected: "\(size) for \(type) of shape \(shape)")
        }
        return TensorEntry(name: name, type: type, shape: shape, bytes: bytes)
    }

    private func elementType(_ value: JSONValue?, _ place: String) throws(FormatError) -> ElementType {
        guard case .string(let name)? = value else {
            throw error("\(place), dtype", found: value?.summary ?? "nothing", expected: "a string")
        }
        guard let type = ElementType(safetensorsName: name) else {
            let known = ElementType.safetensorsTypes.keys.sorted().joined(separator: ", ")
            throw error("\(place), dtype", found: quoted(name), expected: "one of \(known)")
        }
        return type
    }

    private func naturals(_ value: JSONValue?, _ place: String) throws(FormatError) -> [Int] {
        guard case .array(let elements)? = value else {
            throw error(place, found: value?.summary ?? "nothing", expected: "an array of integers")
        }
        guard elements.count <= Self.maximumRank else {
            throw error(place, found: "\(elements.count) numbers", expected: "at most \(Self.maximumRank)")
        }
        var numbers: [Int] = []
        for element in elements {
            guard case .int(let number) = element, number >= 0 else {
                throw error(place, found: element.summary, expected: "a non-negative integer of 63 bits")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// Tensors must tile the buffer: an overlap lets one weight change another, a hole hides foreign bytes.
    private func checkLayout(_ tensors: [TensorEntry], _ data: MappedBytes) throws(FormatError) {
        let ranges = tensors.map { tensor in
            let begin = tensor.bytes.offset - data.offset
            return NamedRange(name: tensor.name, begin: begin, end: begin + tensor.bytes.count)
        }
        var end = 0
        var previous = "the start"
        for range in ranges.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            let place = "tensor \(quoted(range.name)), data_offsets"
            guard range.begin >= end else {
                throw error(place, found: "begin \(range.begin), inside \(previous)", expected: "at least \(end)")
            }
            guard range.begin == end else {
                throw error(
                    place, found: "begin \(range.begin), after a hole of \(range.begin - end) bytes",
                    expected: "\(end)")
            }
            end = range.end
            previous = quoted(range.name)
        }
        guard end == data.count else {
            throw error("data", found: "\(data.count) bytes", expected: "\(end), the end of the last tensor")
        }
    }

    private func error(_ place: String, found: some CustomStringConvertible, expected: String) -> FormatError {
        FormatError(file: path, place: place, found: found, expected: expected)
    }
}
