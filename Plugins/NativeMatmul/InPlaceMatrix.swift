import CKernels
import QuireCore

/// A weight of floats, multiplied by where it lies.
struct InPlaceMatrix: PreparedMatrix {
    private let weight: WeightMatrix
    private let kernel: qk_matmul
    private let pieces: RowPieces
    var rows: Int { weight.rows }
    var columns: Int { weight.columns }

    init(weight: WeightMatrix, kernel: qk_matmul, threads: Int) {
        self.weight = weight
        self.kernel = kernel
        pieces = RowPieces([Self.extent(of: weight)], threads: threads)
    }

    private static func extent(of weight: WeightMatrix) -> RowPieces.Extent {
        RowPieces.Extent(rows: weight.rows, bytesPerRow: weight.rowBytes, step: 8)
    }

    var extent: RowPieces.Extent { Self.extent(of: weight) }

    func multiply(_ input: Tensor, into output: Tensor) { Self.multiply(input, [self], pieces, into: [output]) }

    static func multiply(_ input: Tensor, _ matrices: [InPlaceMatrix], _ pieces: RowPieces, into outputs: [Tensor]) {
        let x = SharedPointer(input.baseAddress)
        let y = outputs.map { SharedPointer($0.baseAddress) }
        input.context.workers.run(pieces.count) { index in
            let piece = pieces[index]
            matrices[piece.matrix].product(x.pointer, tokens: input.rows, rows: piece.rows, y[piece.matrix].pointer)
        }
    }

    private func product(
        _ x: UnsafePointer<Float>, tokens: Int, rows range: Range<Int>, _ y: UnsafeMutablePointer<Float>
    ) {
        kernel(
            x, columns, tokens, weight.baseAddress, columns, columns, range.lowerBound, range.upperBound, y, rows)
    }
}

/// Weights of floats that are multiplied by in one go.
struct InPlaceGroup: PreparedGroup {
    private let matrices: [InPlaceMatrix]
    private let pieces: RowPieces

    init(_ matrices: [InPlaceMatrix], threads: Int) {
        self.matrices = matrices
        pieces = RowPieces(matrices.map(\.extent), threads: threads)
    }

    func multiply(_ input: Tensor, into outputs: [Tensor]) {
        InPlaceMatrix.multiply(input, matrices, pieces, into: outputs)
    }
}
