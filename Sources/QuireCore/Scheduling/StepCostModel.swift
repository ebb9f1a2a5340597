/// Learns how long a step takes: `base + perToken · tokens + perPair · attended pairs`, in seconds.
///
/// A least-squares fit that forgets: each new step weighs a twentieth more than all before it decayed.
struct StepCostModel {
    private var normal: [[Double]]
    private var target: [Double] = [0, 0, 0]
    private(set) var base = 0.0
    private(set) var perToken = 0.0
    private(set) var perPair = 0.0
    private(set) var observations = 0

    private static let decay = 0.95
    /// Pairs are counted in thousands, so that the columns of the fit are of like size.
    private static let pairUnit = 1_000.0
    /// Pulls coefficients that the steps so far do not determine towards zero.
    private static let ridge = 1e-3
    /// Prompt tokens to try before anything is known.
    private static let firstGuess = 32

    init() {
        normal = (0..<3).map { row in (0..<3).map { $0 == row ? Self.ridge : 0 } }
    }

    /// Adds what a step took, in seconds.
    mutating func observe(tokens: Int, pairs: Double, time: Double) {
        let features = [1, Double(tokens), pairs / Self.pairUnit]
        for row in 0..<3 {
            for column in 0..<3 {
                normal[row][column] = normal[row][column] * Self.decay + features[row] * features[column]
            }
            normal[row][row] += Self.ridge * (1 - Self.decay)
            target[row] = target[row] * Self.decay + features[row] * time
        }
        observations += 1
        solve()
    }

    func time(tokens: Int, pairs: Double) -> Double {
        base + perToken * Double(tokens) + perPair * pairs / Self.pairUnit
    }

    /// The tokens of a prompt that fit into `time` seconds when the first is at `position`.
    func tokens(within time: Double, from position: Int, atMost limit: Int) -> Int {
        guard observations > 0 else { return min(limit, Self.firstGuess) }
        var low = 0
        var high = limit
        while low < high {
            let middle = (low + high + 1) / 2
            let pairs = Double(middle) * (Double(position) + Double(middle + 1) / 2)
            if perToken * Double(middle) + perPair * pairs / Self.pairUnit <= time {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return low
    }

    /// Coefficients cannot be negative: one that would be is dropped and the others are fitted again.
    private mutating func solve() {
        var active = [0, 1, 2]
        while !active.isEmpty {
            let solution = Self.solve(
                active.map { row in active.map { normal[row][$0] } }, active.map { target[$0] })
            if let worst = solution.indices.filter({ solution[$0] < 0 }).min(by: { solution[$0] < solution[$1] }) {
                active.remove(at: worst)
                continue
            }
            var all = [0.0, 0.0, 0.0]
            for (index, value) in zip(active, solution) { all[index] = value }
            (base, perToken, perPair) = (all[0], all[1], all[2])
            return
        }
    }

    /// Gaussian elimination of a small, positive definite system.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var matrix = matrix
        var right = right
        let size = right.count
        for pivot in 0..<size {
            for row in (pivot + 1)..<max(size, pivot + 1) {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot..<size { matrix[row][column] -= factor * matrix[pivot][column] }
                right[row] -= factor * right[pivot]
            }
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
            for column in (row + 1)..<max(size, row + 1) { right[row] -= matrix[row][column] * right[column] }
            right[row] /= matrix[row][row]
        }
        return right
    }
}
