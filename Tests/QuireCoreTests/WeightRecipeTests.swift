import QuireCore
import Synchronization
import Testing

/// A weight `[2, 64]` of int8: row r has r + 1 in every column, but for the column that input 5 meets, which has 10.
private final class FakeRecipe: WeightRecipe {
    let shape = [2, 64]
    let type = StorageType.int8_group
    let isOrdered: Bool
    let fails: Bool
    let timesMade = Atomic(0)
    let timesReleased = Atomic(0)

    init(isOrdered: Bool = false, fails: Bool = false) {
        self.isOrdered = isOrdered
        self.fails = fails
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        timesMade.add(1, ordering: .relaxed)
        if fails { throw WeightError(place: "here", problem: "is wrong") }
        // Turned around, input 5 meets column 58.
        let special = isOrdered ? 63 - 5 : 5
        for row in 0..<2 {
            for column in 0..<64 {
                let block = row * 72 + column / 32 * 36
                bytes.storeBytes(of: Float(1).bitPattern, toByteOffset: block, as: UInt32.self)
                bytes[block + 4 + column % 32] = column == special ? 10 : UInt8(row + 1)
            }
        }
        return isOrdered ? ColumnOrder((0..<64).map { 63 - $0 }) : nil
    }

    func releasePages() { timesReleased.add(1, ordering: .relaxed) }
}

private struct OneWeight: WeightSource {
    let recipe: FakeRecipe
    let place = "model.bin"
    let names = ["up.weight"]
    func tensor(named name: String) -> StoredTensor? { name == "up.weight" ? StoredTensor(recipe: recipe) : nil }
}

/// A product in plain loops, which may say that it makes copies.
private struct PlainMatmul: MatmulBackend {
    static let name = "plain"
    static let summary = ""
    static let isBatchInvariant = true
    let copies: Int
    let kernels: Kernels

    init(context: ComputeContext) { self.init(copies: 0, context: context) }
    init(copies: Int, context: ComputeContext) { (self.copies, kernels) = (copies, context.kernels) }

    func objections(to weight: WeightMatrix) -> [String] { [] }
    func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { copies }

    func prepare(_ weight: WeightMatrix) -> any PreparedMatrix { Prepared(weight: weight, kernels: kernels) }

    struct Prepared: PreparedMatrix {
        let weight: WeightMatrix
        let kernels: Kernels
        var rows: Int { weight.rows }
        var columns: Int { weight.columns }

        func multiply(_ input: Tensor, into output: Tensor) {
            var values = [Float](repeating: 0, count: rows * columns)
            weight.widen(rows: 0..<rows, into: &values, kernels: kernels)
            for token in 0..<input.rows {
                for row in 0..<rows {
                    output.row(token)[row] = (0..<columns).reduce(0) {
                        $0 + input.row(token)[$1] * values[row * columns + $1]
                    }
                }
            }
        }
    }
}

/// Holds no weight.
private struct SizingMatmul: MatmulBackend {
    static let name = "sizing"
    static let summary = ""
    static let isBatchInvariant = true
    init(context: ComputeContext) {}
    func objections(to weight: WeightMatrix) -> [String] { [] }
    func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { 0 }
    func prepare(_ weight: WeightMatrix) -> any PreparedMatrix { Sized(rows: weight.rows, columns: weight.columns) }

    struct Sized: PreparedMatrix {
        let rows: Int
        let columns: Int
        func multiply(_ input: Tensor, into output: Tensor) {}
    }
}

@Suite("Weights that are made at loading")
struct WeightRecipeTests {
    let context: ComputeContext

    init() throws { context = try Parts.context() }

    private func loader(_ recipe: FakeRecipe, copies: Int = 0) -> WeightLoader {
        WeightLoader(
            source: OneWeight(recipe: recipe), matmul: PlainMatmul(copies: copies, context: context), context: context)
    }

    @Test("a layer multiplies by what was made, in whatever order its columns are", arguments: [false, true])
    func products(isOrdered: Bool) throws {
        let recipe = FakeRecipe(isOrdered: isOrdered)
        let loader = loader(recipe)
        let layer = try Linear(loader.root["up"], inputs: 64, outputs: 2)
        #expect(recipe.timesMade.load(ordering: .relaxed) == 1 && recipe.timesReleased.load(ordering: .relaxed) == 1)
        let input = context.tensor(rows: 3, columns: 64)
        for row in 0..<3 {
            for column in 0..<64 { input.row(row)[column] = column == 5 ? Float(row) : column == 6 ? 100 : 0 }
        }
        let output = layer(input)
        #expect((0..<3).map { Array(output.row($0)) } == [[100, 200], [110, 210], [120, 220]])
        try loader.checkEverythingClaimed()
    }

    @Test("what is made counts as a copy where the backend keeps it, and the backend's own copy where it makes one")
    func accounts() throws {
        let kept = loader(FakeRecipe())
        _ = try Linear(kept.root["up"], inputs: 64, outputs: 2)
        #expect(kept.mappedBytes == 0 && kept.packedBytes == 2 * 2 * 36)
        let copied = loader(FakeRecipe(), copies: 1_000)
        _ = try Linear(copied.root["up"], inputs: 64, outputs: 2)
        #expect(copied.mappedBytes == 0 && copied.packedBytes == 1_000)
    }

    @Test("a dry run makes nothing and counts the same")
    func dryRun() throws {
        let recipe = FakeRecipe()
        let loader = WeightLoader(
            source: OneWeight(recipe: recipe), matmul: SizingMatmul(context: context), context: context, isDryRun: true)
        _ = try Linear(loader.root["up"], inputs: 64, outputs: 2)
        #expect(recipe.timesMade.load(ordering: .relaxed) == 0 && loader.packedBytes == 2 * 2 * 36)
    }

    @Test("what is wrong with a weight is said as its recipe says it, and its shape as that of any weight")
    func errors() {
        let broken = loader(FakeRecipe(fails: true))
        #expect(throws: WeightError(place: "here", problem: "is wrong")) {
            try Linear(broken.root["up"], inputs: 64, outputs: 2)
        }
        #expect(
            throws: WeightError(
                place: "model.bin", problem: "weight 'up.weight' has shape [2, 64]; config.json asks for [2, 32]")
        ) { try Linear(loader(FakeRecipe()).root["up"], inputs: 32, outputs: 2) }
    }

    @Test("an embedding looks its rows up in what was made, and refuses one in another order")
    func embedding() throws {
        let loader = loader(FakeRecipe())
        let embedding = try Embedding(loader.root["up"], count: 2, width: 64)
        #expect(loader.packedBytes == 2 * 2 * 36)
        _ = try Linear(vocabularyHead: loader.root["head"], inputs: 64, outputs: 2, tied: embedding)
        #expect(loader.packedBytes == 2 * 2 * 36, "a tied weight is kept once")
        #expect(throws: WeightError.self) {
            try Embedding(self.loader(FakeRecipe(isOrdered: true)).root["up"], count: 2, width: 64)
        }
    }
}
