import QuireJSON

/// What `seeded_weights.json` says, checked.
struct SeededTensorList {
    struct Tensor {
        let name: String
        let shape: [Int]
        /// The product of `shape`.
        let count: Int
        let scale: Float
        let offset: Float

        /// Writes the elements, float32.
        func fill(_ memory: UnsafeMutableRawBufferPointer, seed: UInt64) {
            let numbers = SeededNumbers(name: name, seed: seed)
            for index in 0..<count {
                let scaled = scale * numbers[index]
                memory.storeBytes(of: offset + scaled, toByteOffset: index * 4, as: Float.self)
            }
        }
    }

    let seed: UInt64
    /// By name.
    let tensors: [Tensor]

    /// Axes of a tensor; no framework has more.
    private static let maximumRank = 64

    /// Throws `FormatError` for what is no such list, or is too large.
    init(_ file: MappedFile) throws(FormatError) {
        let path = file.path
        let json = try file.bytes.json(field: "weights")
        func error(_ place: String, _ found: JSONValue?, _ expected: String) -> FormatError {
            FormatError(file: path, place: place, found: found?.summary ?? "nothing", expected: expected)
        }
        guard case .int(let seed)? = json["seed"], seed >= 0 else {
            throw error("seed", json["seed"], "a whole number from 0 to \(Int.max)")
        }
        guard case .object(let members)? = json["tensors"], !members.isEmpty else {
            throw error("tensors", json["tensors"], "an object of tensors by name")
        }
        var tensors: [Tensor] = []
        var total = 0
        for (name, value) in members {
            let place = "tensor \(quoted(name))"
            guard case .array(let sizes)? = value["shape"], sizes.count <= Self.maximumRank else {
                throw error("\(place), shape", value["shape"], "a list of at most \(Self.maximumRank) sizes")
            }
            var shape: [Int] = []
            for size in sizes {
                guard case .int(let size) = size, size > 0 else {
                    throw error("\(place), shape", size, "whole numbers of at least 1")
                }
                shape.append(size)
            }
            let numbers = ["scale", "offset"].map { value[$0]?.doubleValue.map { Float($0) } ?? .nan }
            guard numbers.allSatisfy(\.isFinite) else {
                let field = numbers[0].isFinite ? "offset" : "scale"
                throw error("\(place), \(field)", value[field], "a number that float32 can hold")
            }
            guard let count = checkedProduct(shape), let sum = checkedSum(total, count),
                sum <= SeededWeightsFile.maximumElements
            else {
                throw FormatError(
                    file: path, place: "\(place), shape", found: shape,
                    expected: "at most \(SeededWeightsFile.maximumElements) elements in all tensors together")
            }
            total = sum
            tensors.append(Tensor(name: name, shape: shape, count: count, scale: numbers[0], offset: numbers[1]))
        }
        self.seed = UInt64(seed)
        self.tensors = tensors.sorted { $0.name < $1.name }
    }
}
