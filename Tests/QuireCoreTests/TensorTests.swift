import QuireCore
import Testing

@Suite("Tensors and batches")
struct TensorTests {
    let context: ComputeContext

    init() throws { context = try Parts.context(threads: 2) }

    private func tensor(_ rows: Int, _ columns: Int, _ value: (Int) -> Float) -> Tensor {
        let tensor = context.tensor(rows: rows, columns: columns)
        for index in 0..<(rows * columns) { tensor.baseAddress[index] = value(index) }
        return tensor
    }

    @Test("tensors add element by element, small ones and those that all threads share", arguments: [3, 700])
    func addition(rows: Int) {
        let sum = tensor(rows, 65) { Float($0 % 1_000) }
        sum.add(tensor(rows, 65) { Float($0 % 777) * 2 })
        for row in 0..<rows {
            for column in 0..<65 {
                let index = row * 65 + column
                #expect(sum.row(row)[column] == Float(index % 1_000) + Float(index % 777) * 2)
            }
        }
    }

    @Test("rows are gathered in the order asked for, repeated where asked")
    func gathering() {
        let gathered = tensor(4, 3) { Float($0) }.gathered([2, 0, 2])
        #expect((0..<3).map { Array(gathered.row($0)) } == [[6, 7, 8], [0, 1, 2], [6, 7, 8]])
    }

    @Test("scratch memory is handed out again, so that later steps take none from the system")
    func scratch() throws {
        let context = try Parts.context()
        func step(_ size: Int) {
            let tensors = (1..<6).map { context.tensor(rows: $0, columns: size) }
            #expect(Set(tensors.map { UInt(bitPattern: $0.baseAddress) }).count == 5)
            #expect(tensors.allSatisfy { UInt(bitPattern: $0.baseAddress) % 64 == 0 })
        }
        step(100)
        let taken = context.scratchBytes
        #expect(taken >= 15 * 100 * 4)
        for _ in 0..<50 { step(100) }
        #expect(context.scratchBytes == taken)
        step(99_991)
        // At most a quarter of a buffer is unused.
        #expect(context.scratchBytes - taken <= 15 * 99_991 * 4 * 5 / 4 + 5 * 64 * 4)
    }

    @Test("a batch lays spans out one after the other, with their positions, tables and wanted rows")
    func batch() {
        var batch = Batch()
        let tokens: [TokenID] = [10, 11, 12, 13, 14]
        batch.append(tokens: tokens[1..<4], firstPosition: 6, blocks: [3, 9], sampled: 2..<3)
        batch.append(tokens: tokens[0..<1], firstPosition: 0, blocks: [5], sampled: 0..<0)
        batch.append(tokens: tokens[3..<5], firstPosition: 40, blocks: [7, 8, 9], sampled: 0..<2)
        #expect(batch.count == 6 && batch.tokens == [11, 12, 13, 10, 13, 14])
        #expect(batch.positions == [6, 7, 8, 0, 40, 41] && batch.tables == [3, 9, 5, 7, 8, 9])
        #expect(batch.sampledRows == [2, 4, 5])
        #expect(batch.spans.map(\.start) == [0, 3, 4] && batch.spans.map(\.contextLength) == [9, 1, 42])
        #expect(
            batch.spans.map { Array(batch.tables[$0.tableStart..<($0.tableStart + $0.tableCount)]) }
                == [[3, 9], [5], [7, 8, 9]])
    }
}
