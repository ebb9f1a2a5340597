/// Turns the dictionary that the pickle built into tensors over the archive's storages.
struct StateDict {
    let archive: StoredZip
    /// The folder inside the archive.
    let root: String
    let path: String

    func contents(
        _ pickled: (value: PickleValue, arena: PickleArena)
    ) throws(FormatError) -> (tensors: [TensorEntry], metadata: [String: MetadataValue]) {
        guard case .dictionary(let index) = pickled.value else {
            throw error("data.pkl", found: pickled.value.kind, expected: "a dictionary of tensors")
        }
        var tensors: [TensorEntry] = []
        var metadata: [String: MetadataValue] = [:]
        var names: Set<String> = []
        for (key, value) in pickled.arena.dictionaries[index] {
            guard case .string(let name) = key else {
                throw error("data.pkl", found: "the key \(key.kind)", expected: "names of tensors")
            }
            guard names.insert(name).inserted else {
                throw error("tensor \(quoted(name))", found: "it a second time", expected: "unique names")
            }
            if case .tensor(let tensor) = value {
                tensors.append(try entry(name, pickled.arena.tensors[tensor]))
            } else if let value = scalar(value) {
                metadata[name] = value
            } else {
                try refuseNestedTensors(name, value, pickled.arena)
            }
        }
        return (tensors, metadata)
    }

    private func scalar(_ value: PickleValue) -> MetadataValue? {
        switch value {
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(Int64(number))
        case .float(let number): .float(number)
        case .string(let text): .string(text)
        case .elementType(let type): .string(type.rawValue)
        default: nil
        }
    }

    /// A training checkpoint keeps its state dict inside another dictionary; skipping it would load no weights.
    private func refuseNestedTensors(
        _ name: String, _ value: PickleValue, _ arena: PickleArena
    ) throws(FormatError) {
        let elements: [PickleValue] =
            switch value {
            case .dictionary(let index): arena.dictionaries[index].map(\.value)
            case .list(let index): arena.lists[index]
            case .tuple(let index): arena.tuples[index]
            default: [value]
            }
        for case .tensor in elements {
            throw error(
                "entry \(quoted(name))", found: "\(value.kind) with tensors in it",
                expected: "a flat state dict: save that entry alone")
        }
    }

    private func entry(_ name: String, _ tensor: TorchTensor) throws(FormatError) -> TensorEntry {
        let place = "tensor \(quoted(name))"
        guard !tensor.isComputedView else {
            throw error(
                place, found: "a negated or conjugated view", expected: "stored values: resolve it before saving")
        }
        try checkContiguous(tensor, place)
        let storage = try storageBytes(tensor.storage, place)
        guard let size = tensor.type.byteCount(shape: tensor.shape) else {
            throw error(place, found: "shape \(tensor.shape)", expected: "a size in bytes that fits in 63 bits")
        }
        let (start, overflow) = tensor.offset.multipliedReportingOverflow(by: tensor.type.bytesPerBlock)
        guard !overflow, let bytes = storage.slice(at: start, count: size) else {
            throw error(
                place, found: "\(size) bytes at element \(tensor.offset)",
                expected: "them inside its storage of \(storage.count) bytes")
        }
        return TensorEntry(name: name, type: tensor.type, shape: tensor.shape, bytes: bytes)
    }

    /// Row-major order without gaps; the stride of an axis of length one says nothing.
    private func checkContiguous(_ tensor: TorchTensor, _ place: String) throws(FormatError) {
        if tensor.shape.contains(0) { return }
        var expected = 1
        for (length, stride) in zip(tensor.shape, tensor.strides).reversed() where length > 1 {
            guard stride == expected else {
                throw error(
                    place, found: "strides \(tensor.strides) for shape \(tensor.shape), a transposed or cut view",
                    expected: "a contiguous tensor: call .contiguous() before saving")
            }
            let (next, overflow) = expected.multipliedReportingOverflow(by: length)
            guard !overflow else {
                throw error(place, found: "shape \(tensor.shape)", expected: "a size in bytes that fits in 63 bits")
            }
            expected = next
        }
    }

    private func storageBytes(_ storage: TorchStorage, _ place: String) throws(FormatError) -> MappedBytes {
        let entryName = "\(root)/data/\(storage.key)"
        guard let bytes = archive.entries[entryName] else {
            throw error(place, found: "no zip entry \(quoted(entryName))", expected: "its storage")
        }
        let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type?.bytesPerBlock ?? 1)
        guard !overflow, size == bytes.count else {
            throw error(
                place, found: "a storage of \(bytes.count) bytes",
                expected: "\(storage.count) elements of \(storage.type?.rawValue ?? "one byte")")
        }
        return bytes
    }

    private func error(_ place: String, found: some CustomStringConvertible, expected: String) -> FormatError {
        FormatError(file: path, place: place, found: found, expected: expected)
    }
}
