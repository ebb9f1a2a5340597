extension PluginSkeleton {
    var attentionBackend: String {
        #"""
        import Foundation
        import QuireCore

        /// Attention one query head at a time, in double precision.
        ///
        /// A block holds, token by token, all keys and then all values.
        public struct \#(name): AttentionBackend {
            public static let name = "\#(partName)"
            public static let summary = "one head at a time, in double precision; slow"
            // A row's sums go over its own context in one order, whichever thread runs it.
            public static let isBatchInvariant = true

            public init(context: ComputeContext) {}

            public func objections(to shape: AttentionShape, layout: KVLayout) -> [String] {
                let objections = shape.extras.map { "it does not serve \($0)" }
                let type = layout.type
                return type == .float32 ? objections : objections + ["the KV cache is \(type.rawValue); it needs float32"]
            }

            public func attend(
                query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
                cache: KVCache, layer: Int
            ) {
                let blockSize = cache.layouts[layer].blockSize
                let group = cache.group(ofLayer: layer)
                let width = shape.keyWidth
                let base = cache.baseAddress(layer: layer).assumingMemoryBound(to: Float.self)
                func slot(_ span: Batch.Span, _ position: Int) -> UnsafeMutablePointer<Float> {
                    let block = Int(batch.tables[span.tableStart(ofGroup: group) + position / blockSize])
                    return base + (block * blockSize + position % blockSize) * 2 * width
                }
                // First everything is written: a span may read what an earlier one of the same batch writes.
                for span in batch.spans {
                    for token in 0..<span.count {
                        let own = slot(span, span.firstPosition + token)
                        own.update(from: key.row(span.start + token).baseAddress!, count: width)
                        (own + width).update(from: value.row(span.start + token).baseAddress!, count: width)
                    }
                }
                for span in batch.spans {
                    query.context.workers.run(span.count * shape.queryHeads) { piece in
                        let (token, head) = piece.quotientAndRemainder(dividingBy: shape.queryHeads)
                        let row = span.start + token
                        let offset = head / shape.groupSize * shape.headDim
                        attendRow(
                            query: query.row(row).baseAddress! + head * shape.headDim, shape: shape,
                            keys: (0...(span.firstPosition + token)).map { slot(span, $0) + offset },
                            output: output.row(row).baseAddress! + head * shape.headDim)
                    }
                }
            }

            /// One query head of one token; a value lies `keyWidth` after its key.
            private func attendRow(
                query: UnsafeMutablePointer<Float>, shape: AttentionShape, keys: [UnsafeMutablePointer<Float>],
                output: UnsafeMutablePointer<Float>
            ) {
                var weights = keys.map { key in
                    var sum = 0.0
                    for index in 0..<shape.headDim { sum += Double(query[index]) * Double(key[index]) }
                    return sum * Double(shape.scale)
                }
                let largest = weights.max() ?? 0
                for index in weights.indices { weights[index] = exp(weights[index] - largest) }
                let total = weights.reduce(0, +)
                for index in 0..<shape.headDim {
                    var sum = 0.0
                    for (weight, key) in zip(weights, keys) { sum += weight * Double(key[shape.keyWidth + index]) }
                    output[index] = Float(sum / total)
                }
            }
        }

        """#
    }

    var matmulBackend: String {
        #"""
        import QuireCore

        /// Multiplies with sums in double precision.
        public struct \#(name): MatmulBackend {
            public static let name = "\#(partName)"
            public static let summary = "sums in double precision; slow"
            // A row's sum goes over its columns in one order and looks at nothing else.
            public static let isBatchInvariant = true

            private let kernels: Kernels

            public init(context: ComputeContext) { kernels = context.kernels }

            public func objections(to weight: WeightMatrix) -> [String] { [] }

            public func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { rows * columns * 4 }

            public func prepare(_ weight: WeightMatrix) -> any PreparedMatrix {
                var values = [Float](repeating: 0, count: weight.rows * weight.columns)
                values.withUnsafeMutableBufferPointer {
                    weight.widen(rows: 0..<weight.rows, into: $0.baseAddress!, kernels: kernels)
                }
                weight.releasePages()
                return Prepared(rows: weight.rows, columns: weight.columns, values: values)
            }

            private struct Prepared: PreparedMatrix {
                let rows: Int
                let columns: Int
                let values: [Float]

                func multiply(_ input: Tensor, into output: Tensor) {
                    input.context.workers.run(input.rows) { token in
                        let (x, y) = (input.row(token), output.row(token))
                        for row in 0..<rows {
                            var sum = 0.0
                            for k in 0..<columns { sum += Double(x[k]) * Double(values[row * columns + k]) }
                            y[row] = Float(sum)
                        }
                    }
                }
            }
        }

        """#
    }
}
