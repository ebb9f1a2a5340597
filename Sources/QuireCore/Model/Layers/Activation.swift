import CKernels

/// What a feed-forward layer bends its numbers with.
public enum Activation: Sendable {
    /// `x · sigmoid(x)`
    case silu
    /// `x · (1 + erf(x / √2)) / 2`
    case gelu
    /// GELU with `tanh` in the place of the error function.
    case geluTanh
    case relu

    /// The names that Hugging Face's configurations use.
    private static let names: [(name: String, activation: Activation)] = [
        ("silu", .silu), ("swish", .silu), ("gelu", .gelu), ("gelu_new", .geluTanh), ("gelu_pytorch_tanh", .geluTanh),
        ("gelu_fast", .geluTanh), ("relu", .relu),
    ]

    /// The activation that a field names.
    ///
    /// - Parameter accepted: those that the family has; empty means all.
    /// - Throws: `ConfigurationError` that lists the names.
    public init(
        _ config: ModelConfiguration, _ field: String, default fallback: String, accepting accepted: [Activation] = []
    ) throws(ConfigurationError) {
        let name = try config.string(field, default: fallback)
        let known = Self.names.filter { accepted.isEmpty || accepted.contains($0.activation) }
        guard let found = known.first(where: { $0.name == name }) else {
            throw config.error(field, expected: known.map(\.name).joined(separator: ", "))
        }
        self = found.activation
    }

    var kernel: qk_activation {
        switch self {
        case .silu: QK_SILU
        case .gelu: QK_GELU
        case .geluTanh: QK_GELU_TANH
        case .relu: QK_RELU
        }
    }

    /// Bends every number of a tensor, in place.
    public func apply(to tensor: Tensor) {
        let (target, kernels, width) = (SharedPointer(tensor.baseAddress), tensor.context.kernels, tensor.columns)
        tensor.context.forRows(tensor.rows, costPerRow: width * 4) { range in
            kernels.activate(kernel, target.pointer + range.lowerBound * width, range.count * width)
        }
    }

    /// `activation(gate) · up`, in the place of `gate`.
    func gate(_ gate: Tensor, _ up: Tensor) {
        let (target, source) = (SharedPointer(gate.baseAddress), SharedPointer(up.baseAddress))
        let (kernels, width) = (gate.context.kernels, gate.columns)
        gate.context.forRows(gate.rows, costPerRow: width * 4) { range in
            let offset = range.lowerBound * width
            kernels.gate_multiply(
                kernel, target.pointer + offset, source.pointer + offset, range.count * width, target.pointer + offset)
        }
    }
}
