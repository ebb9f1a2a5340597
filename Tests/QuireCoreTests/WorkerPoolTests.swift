import QuireCore
import Synchronization
import Testing

@Suite("WorkerPool")
struct WorkerPoolTests {
    @Test("every piece runs once and is done when run returns, thousands of jobs over", arguments: [1, 2, 3, 8])
    func pieces(threads: Int) {
        let pool = WorkerPool(threads: threads)
        #expect(pool.threads == threads)
        var wrong = 0
        // Plain memory, not atomics: the pool itself must order what the pieces write and what comes after.
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 64) { cells in
            cells.initialize(repeating: 0)
            let shared = Cells(cells)
            for round in 0..<4_000 {
                let count = round % 61
                pool.run(count) { shared.cells[$0] += round * 64 + $0 + 1 }
                for index in 0..<64 {
                    if cells[index] != (index < count ? round * 64 + index + 1 : 0) { wrong += 1 }
                    cells[index] = 0
                }
            }
        }
        #expect(wrong == 0)
    }

    @Test("ranges cover everything once, whatever the grain", arguments: [1, 2, 5])
    func ranges(threads: Int) {
        let pool = WorkerPool(threads: threads)
        for total in [0, 1, 2, 7, 64, 1_001] {
            for grain in [0, 1, 7, 64, 5_000] {
                var counts = Array(repeating: 0, count: total)
                counts.withUnsafeMutableBufferPointer { counts in
                    let shared = Cells(counts)
                    pool.runRanges(total, grain: grain) { range in for index in range { shared.cells[index] += 1 } }
                }
                #expect(counts.allSatisfy { $0 == 1 }, "\(total) by \(grain)")
            }
        }
    }

    @Test("fewer threads than one count as one, and no piece is no work")
    func edges() {
        let pool = WorkerPool(threads: 0)
        #expect(pool.threads == 1)
        var calls = 0
        pool.run(0) { _ in calls += 1 }
        pool.run(-3) { _ in calls += 1 }
        pool.run(2) { _ in calls += 1 }
        #expect(calls == 2)
    }

    @Test("pools come and go, busy or idle")
    func comingAndGoing() {
        let total = Atomic<Int>(0)
        for round in 0..<200 {
            let pool = WorkerPool(threads: 1 + round % 4)
            if round % 3 > 0 { pool.run(5) { total.add($0, ordering: .relaxed) } }
        }
        #expect(total.load(ordering: .relaxed) == 133 * 10)
    }

    @Test("several threads take part where pieces wait for each other")
    func concurrency() {
        let pool = WorkerPool(threads: 2)
        let arrived = Atomic<Int>(0)
        // Each piece waits for the other: with one thread alone this would not end.
        pool.run(2) { _ in
            arrived.add(1, ordering: .acquiringAndReleasing)
            while arrived.load(ordering: .acquiring) < 2 {}
        }
        #expect(arrived.load(ordering: .relaxed) == 2)
    }
}

/// Memory that the pieces of one job share: each writes its own cell.
private struct Cells: @unchecked Sendable {
    let cells: UnsafeMutableBufferPointer<Int>
    init(_ cells: UnsafeMutableBufferPointer<Int>) { self.cells = cells }
}
