#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Rotates pairs of a head's dimensions by an angle that grows with the token's position.
///
/// Source: Su et al., RoFormer, 2021.
public final class RotaryEmbedding {
    /// Which dimensions form a pair.
    public enum Layout: String, Sendable, CaseIterable {
        /// `i` and `i + dim/2`, as most Hugging Face checkpoints have it.
        case half
        /// `2i` and `2i + 1`, as GGUF files of LLaMA have it.
        case interleaved
    }

    public let layout: Layout
    /// What powers of give the frequencies before they are scaled.
    public let base: Double
    /// Multiplies cosines and sines, as YaRN and LongRoPE have it.
    public let magnitude: Double
    private let table: RotaryTable
    /// For sequences that may become longer than `longFrom` tokens.
    private let longTable: RotaryTable?
    private let longFrom: Int

    public init(frequencies: [Double], layout: Layout, base: Double = 10_000) {
        self.base = base
        self.layout = layout
        magnitude = 1
        table = RotaryTable(magnitude: 1) { _ in frequencies }
        longTable = nil
        longFrom = .max
    }

    /// Frequencies from a model's configuration.
    ///
    /// - Parameters:
    ///   - dimensions: rotated dimensions of a head: the first ones.
    ///   - section: of `rope_parameters`, where kinds of layers have their own.
    ///   - base: where the file has no `rope_theta`.
    /// - Throws: `ConfigurationError` for an unknown type or a missing parameter.
    public convenience init(
        config: ModelConfiguration, dimensions: Int, section: String? = nil, base: Double = 10_000
    ) throws(ConfigurationError) {
        try self.init(RotaryParameters(config, section: section, base: base), dimensions: dimensions)
    }

    /// - Parameter dimensions: rotated dimensions of a head: the first ones.
    public init(_ parameters: RotaryParameters, dimensions: Int) throws(ConfigurationError) {
        let config = parameters.config
        guard dimensions % 2 == 0 else { throw config.error("head_dim", expected: "an even number") }
        let name = try config.string("rope_layout", default: Layout.half.rawValue)
        guard let layout = Layout(rawValue: name) else {
            throw config.error("rope_layout", expected: "half, interleaved")
        }
        let scaling = try RotaryScaling(parameters, pairs: dimensions / 2)
        let base = parameters.base
        let magnitude = scaling.magnitude
        self.base = base
        self.layout = layout
        self.magnitude = magnitude
        table = RotaryTable(magnitude: magnitude) {
            scaling.frequencies(base: base, dimensions: dimensions, position: $0)
        }
        if case .long(let factors) = scaling.kind {
            longTable = RotaryTable(magnitude: magnitude) { _ in
                let plain = RotaryScaling.plain(base: base, dimensions: dimensions)
                return zip(plain, factors.long).map { $0 / $1 }
            }
            longFrom = factors.originalLength
        } else {
            longTable = nil
            longFrom = .max
        }
    }

    private init(dividing rotary: RotaryEmbedding, by factors: [Float]) {
        let frequencies = zip(rotary.frequencies, factors).map { $0 / Double($1) }
        base = rotary.base
        layout = rotary.layout
        magnitude = rotary.magnitude
        table = RotaryTable(magnitude: rotary.magnitude) { _ in frequencies }
        longTable = nil
        longFrom = .max
    }

    /// The length beyond which sequences rotate by other frequencies, where there is one.
    public var lengthThresholds: [Int] { longTable == nil ? [] : [longFrom] }

    /// Radians per position, one for each pair, of short sequences at their beginning.
    public var frequencies: [Double] { table.frequencies(0) }

    /// How much larger scores become where YaRN stretches the context by a factor.
    public static func yarnScale(_ factor: Double, _ strength: Double) -> Double {
        RotaryScaling.yarnScale(factor, strength)
    }

    /// Divides each frequency by a factor of its own, as GGUF files give them for scaled models.
    public func divided(by factors: [Float]) -> RotaryEmbedding { RotaryEmbedding(dividing: self, by: factors) }

    /// Divides frequencies by the factors at a place of the checkpoint, where it has any.
    public func divided(byFactorsAt place: WeightScope) throws -> RotaryEmbedding {
        place.exists ? divided(by: try place.vector(count: frequencies.count).values) : self
    }

    /// Rotates the rows `[tokens, heads · headDim]` in place.
    public func rotate(_ tensor: Tensor, heads: Int, headDim: Int, _ pass: ForwardPass) {
        let positions = pass.positions
        let length = Int(positions.max() ?? 0) + 1
        table.grow(to: length)
        longTable?.grow(to: length)
        let target = SharedPointer(tensor.baseAddress)
        let kernels = pass.context.kernels
        let rotate = layout == .half ? kernels.rope_half : kernels.rope_interleaved
        let width = tensor.columns
        pass.context.forRows(tensor.rows, costPerRow: width * 2) { range in
            for row in range {
                let table = pass.longestLength(ofRow: row) > longFrom ? longTable ?? table : table
                table.withAngles(at: Int(positions[row])) { cosines, sines, pairs in
                    rotate(target.pointer + row * width, cosines, sines, heads, headDim, pairs * 2)
                }
            }
        }
    }
}
