import Foundation
import QuireCore

/// Centres each row, divides it by its deviation, scales and shifts it: `(x - mean) / √(variance + ε) · w + b`.
///
/// Source: Ba, Kiros and Hinton, Layer Normalization, 2016.
struct LayerNorm {
    private let weight: WeightVector
    private let bias: WeightVector
    private static let epsilon: Float = 1e-5

    /// Claims `weight` and `bias` in the given scope.
    init(_ weights: WeightScope, width: Int) throws {
        weight = try weights["weight"].vector(count: width)
        bias = try weights["bias"].vector(count: width)
    }

    /// `[tokens, width]` to the same shape.
    func callAsFunction(_ input: Tensor) -> Tensor {
        let output = input.context.tensor(rows: input.rows, columns: input.columns)
        let count = Float(input.columns)
        input.context.forRows(input.rows, costPerRow: input.columns) { range in
            for index in range {
                let (source, target) = (input.row(index), output.row(index))
                var sum: Float = 0
                for value in source { sum += value }
                let mean = sum / count
                var squares: Float = 0
                for value in source { squares += (value - mean) * (value - mean) }
                let scale = 1 / (squares / count + Self.epsilon).squareRoot()
                for column in source.indices {
                    target[column] =
                        (source[column] - mean) * scale * weight.baseAddress[column] + bias.baseAddress[column]
                }
            }
        }
        return output
    }
}

/// Sines in the first half of a row, cosines in the second, of wavelengths from 2π to 20,000π.
///
/// Source: Vaswani et al., Attention Is All You Need, 2017, section 3.5, in the arrangement of tensor2tensor.
struct SinusoidalPositions {
    /// XGLM counts positions from 2 on.
    private static let offset = 2
    private let frequencies: [Float]

    init(width: Int) {
        let half = width / 2
        let step = Float(-log(10_000.0) / Double(half - 1))
        frequencies = (0..<half).map { exp(Float($0) * step) }
    }

    /// Makes of a token's embedding what goes into the first layer.
    func add(to row: UnsafeMutableBufferPointer<Float>, scaledBy scale: Float, position: Int) {
        let half = frequencies.count
        for (index, frequency) in frequencies.enumerated() {
            let angle = Float(position + Self.offset) * frequency
            row[index] = row[index] * scale + sin(angle)
            row[half + index] = row[half + index] * scale + cos(angle)
        }
    }
}

extension Tensor {
    /// `x · Φ(x)` in place, with the error function itself.
    ///
    /// Source: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
    func applyGELU() {
        context.forRows(rows, costPerRow: columns * 8) { range in
            for index in range {
                let row = row(index)
                for column in row.indices {
                    row[column] = 0.5 * row[column] * (1 + erf(row[column] * Float(0.5).squareRoot()))
                }
            }
        }
    }
}
