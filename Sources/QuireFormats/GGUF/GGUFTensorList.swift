/// Reads the tensor list of a GGUF file and cuts the tensors out of the data that follows it.
enum GGUFTensorList {
    /// Bytes of the smallest entry: length and one byte of name, dimension count, one dimension, type, offset.
    static let minimumBytes = 8 + 1 + 4 + 8 + 4 + 8
    static let maximumDimensions = 4

    /// An entry as the file has it: the offset still counts from the start of the data.
    private struct Info {
        let name: String
        let shape: [Int]
        let type: ElementType
        let size: Int
        let offset: Int
    }

    static func read(
        _ start: ByteReader, count: Int, alignment: Int
    ) throws(FormatError) -> [TensorEntry] {
        var reader = start
        var infos: [Info] = []
        var names: Set<String> = []
        infos.reserveCapacity(count)
        for index in 0..<count {
            let info = try readInfo(&reader, index: index, alignment: alignment)
            guard names.insert(info.name).inserted else {
                throw reader.error("tensor \(quoted(info.name))", "found a second time, expected unique names")
            }
            infos.append(info)
        }
        if infos.isEmpty { return [] }

        // The data begin at the next multiple of the alignment, counted from the start of the file.
        guard let dataStart = checkedAlign(reader.offset, to: alignment), dataStart <= reader.bytes.count,
            let data = reader.bytes.slice(at: dataStart, count: reader.bytes.count - dataStart)
        else {
            throw reader.error("tensor data", "found the end of the file, expected the data of \(count) tensors")
        }
        return try cut(infos, from: data)
    }

    private static func readInfo(
        _ reader: inout ByteReader, index: Int, alignment: Int
    ) throws(FormatError) -> Info {
        let name = try reader.readName("name of tensor \(index)")
        let place = "tensor \(quoted(name))"
        let dimensions = try reader.read(UInt32.self, "\(place), dimension count")
        guard dimensions >= 1, dimensions <= maximumDimensions else {
            throw reader.error(
                "\(place), dimension count", "found \(dimensions), expected 1 to \(maximumDimensions)")
        }
        var innermostFirst: [Int] = []
        for axis in 0..<dimensions {
            let length = try reader.read(UInt64.self, "\(place), dimension \(axis)")
            guard let length = Int(exactly: length), length > 0 else {
                throw reader.error("\(place), dimension \(axis)", "found \(length), expected 1 to \(Int.max)")
            }
            innermostFirst.append(length)
        }
        let shape = Array(innermostFirst.reversed())

        let type = try readType(&reader, place)
        guard innermostFirst[0] % type.elementsPerBlock == 0 else {
            throw reader.error(
                "\(place), dimension 0",
                "found rows of \(innermostFirst[0]), expected a multiple of \(type.elementsPerBlock) for \(type)")
        }
        guard let size = type.byteCount(shape: shape) else {
            throw reader.error("\(place), shape", "found \(shape), expected a size in bytes that fits in 63 bits")
        }
        let offset = try reader.read(UInt64.self, "\(place), offset")
        guard let offset = Int(exactly: offset), offset % alignment == 0 else {
            throw reader.error("\(place), offset", "found \(offset), expected a multiple of the alignment \(alignment)")
        }
        return Info(name: name, shape: shape, type: type, size: size, offset: offset)
    }

    private static func readType(_ reader: inout ByteReader, _ place: String) throws(FormatError) -> ElementType {
        let start = reader.offset
        let number = try reader.read(UInt32.self, "\(place), type")
        if let type = ElementType(ggufNumber: number) { return type }
        if let removed = ElementType.removedGGUFTypes[number] {
            throw reader.error(
                "\(place), type", at: start, "found \(number) (\(removed)), which GGUF has removed: quantise again")
        }
        throw reader.error("\(place), type", at: start, "found the unknown tensor type \(number)")
    }

    private static func cut(_ infos: [Info], from data: MappedBytes) throws(FormatError) -> [TensorEntry] {
        let path = data.file.path
        var tensors: [TensorEntry] = []
        var ranges: [NamedRange] = []
        tensors.reserveCapacity(infos.count)
        ranges.reserveCapacity(infos.count)
        for info in infos {
            guard let bytes = data.slice(at: info.offset, count: info.size) else {
                throw FormatError(
                    file: path, place: "tensor \(quoted(info.name)), offset",
                    found: "\(info.size) bytes at \(info.offset)",
                    expected: "an end of at most \(data.count), the size of the data")
            }
            tensors.append(TensorEntry(name: info.name, type: info.type, shape: info.shape, bytes: bytes))
            ranges.append(NamedRange(name: info.name, begin: info.offset, end: info.offset + info.size))
        }
        if let (earlier, later) = firstOverlap(ranges) {
            throw FormatError(
                file: path, place: "tensor \(quoted(later.name)), offset",
                found: "\(later.begin), inside \(quoted(earlier.name))", expected: "at least \(earlier.end)")
        }
        return tensors
    }
}
