#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Rotates pairs of a head's dimensions by an angle that grows with the token's position.
///
/// Source: Su et al., RoFormer, 2021. Tables of cosines and sines grow with the longest position seen.
public final class RotaryEmbedding {
    /// Which dimensions form a pair.
    public enum Layout: String, Sendable, CaseIterable {
        /// `i` and `i + dim/2`, as Hugging Face checkpoints have it.
        case half
        /// `2i` and `2i + 1`, as GGUF files of LLaMA have it.
        case interleaved
    }

    public let layout: Layout
    /// What powers of give the frequencies before they are scaled.
    public let base: Double
    /// Radians per position, one for each pair.
    public let frequencies: [Double]
    private var cosines: [Float] = []
    private var sines: [Float] = []

    public init(frequencies: [Double], layout: Layout, base: Double = 10_000) {
        self.base = base
        self.frequencies = frequencies
        self.layout = layout
    }

    /// Frequencies from a model's configuration: `rope_theta`, and `rope_scaling` of type default, linear or llama3.
    ///
    /// - Parameter dimensions: rotated dimensions of a head.
    /// - Throws: `ConfigurationError` for an unknown type or a missing parameter.
    public convenience init(config: ModelConfiguration, dimensions: Int) throws(ConfigurationError) {
        // Recent files gather everything under `rope_parameters`.
        let field = config.values["rope_parameters"] ?? .null == .null ? "rope_scaling" : "rope_parameters"
        let parameters = try config.object(field)
        let ownTheta = try config.number("rope_theta", default: 10_000)
        let theta = try (parameters ?? config).number("rope_theta", default: ownTheta)
        guard theta > 0 else {
            let holder = parameters?.values["rope_theta"] == nil ? config : parameters ?? config
            throw holder.error("rope_theta", expected: "a number above 0")
        }
        guard dimensions % 2 == 0 else { throw config.error("head_dim", expected: "an even number") }
        let plain = (0..<dimensions / 2).map { pow(theta, -2 * Double($0) / Double(dimensions)) }
        let scaled = try RotaryScaling(parameters).apply(to: plain)
        let name = try config.string("rope_layout", default: Layout.half.rawValue)
        guard let layout = Layout(rawValue: name) else {
            throw config.error("rope_layout", expected: "half, interleaved")
        }
        self.init(frequencies: scaled, layout: layout, base: theta)
    }

    /// Divides each frequency by a factor of its own, as GGUF files give them for scaled models.
    public func divided(by factors: [Float]) -> RotaryEmbedding {
        RotaryEmbedding(frequencies: zip(frequencies, factors).map { $0 / Double($1) }, layout: layout, base: base)
    }

    /// Rotates the rows `[tokens, heads · headDim]` in place.
    public func rotate(_ tensor: Tensor, heads: Int, headDim: Int, _ pass: ForwardPass) {
        let positions = pass.positions
        growTables(to: Int(positions.max() ?? 0) + 1)
        let pairs = frequencies.count
        let target = SharedPointer(tensor.baseAddress)
        let kernels = pass.context.kernels
        let rotate = layout == .half ? kernels.rope_half : kernels.rope_interleaved
        let width = tensor.columns
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                pass.context.forRows(tensor.rows, costPerRow: width * 2) { range in
                    for row in range {
                        let entry = Int(positions[row]) * pairs
                        rotate(
                            target.pointer + row * width, cosines.baseAddress! + entry, sines.baseAddress! + entry,
                            heads, headDim, pairs * 2)
                    }
                }
            }
        }
    }

    private func growTables(to length: Int) {
        let known = cosines.count / max(1, frequencies.count)
        guard length > known else { return }
        for position in known..<max(length, known * 2, 64) {
            for frequency in frequencies {
                let angle = Double(position) * frequency
                cosines.append(Float(cos(angle)))
                sines.append(Float(sin(angle)))
            }
        }
    }
}
