#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Cosines and sines of the angles at each position, as far as somebody has asked.
final class RotaryTable {
    private let magnitude: Double
    /// Radians per position, one for each pair, at a position.
    let frequencies: (_ position: Int) -> [Double]
    private let pairs: Int
    private var cosines: [Float] = []
    private var sines: [Float] = []

    init(magnitude: Double, frequencies: @escaping (_ position: Int) -> [Double]) {
        self.magnitude = magnitude
        self.frequencies = frequencies
        pairs = frequencies(0).count
    }

    /// Makes room for so many positions; on the engine's thread.
    func grow(to length: Int) {
        let known = cosines.count / max(1, pairs)
        guard length > known else { return }
        for position in known..<max(length, known * 2, 64) {
            for frequency in frequencies(position) {
                let angle = Double(position) * frequency
                cosines.append(Float(cos(angle) * magnitude))
                sines.append(Float(sin(angle) * magnitude))
            }
        }
    }

    /// Calls `body` with the cosines and sines of a position, and how many there are.
    func withAngles(
        at position: Int, _ body: (UnsafePointer<Float>, UnsafePointer<Float>, _ pairs: Int) -> Void
    ) {
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                guard let cosine = cosines.baseAddress, let sine = sines.baseAddress else { return }
                body(cosine + position * pairs, sine + position * pairs, pairs)
            }
        }
    }
}
