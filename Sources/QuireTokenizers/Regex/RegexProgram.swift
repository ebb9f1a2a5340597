/// A compiled regular expression: instructions for a matcher that goes back where a way leads nowhere.
struct RegexProgram: Sendable {
    enum Instruction {
        /// One scalar of a set.
        case scalar(set: Int)
        /// Goes on with the next instruction and, where that fails, with `other`; or the other way round.
        case split(other: Int, prefersOther: Bool, choice: Int)
        case jump(Int)
        /// As many scalars of a set as there are; goes back one at a time where what follows fails.
        case run(set: Int, run: Int)
        /// As many scalars of a set as there are, with no way back.
        case fixedRun(set: Int, run: Int)
        /// A body up to `accept`, matched once, then `next`.
        case atomic(next: Int)
        case look(next: Int, negated: Bool)
        case lookBehind(next: Int, length: Int, negated: Bool)
        case anchor(RegexNode.Anchor)
        case accept
    }

    var instructions: [Instruction] = []
    var sets = ScalarSets()
    /// The alternatives of the whole pattern, in order.
    var starts: [Int] = []
    /// For each ASCII character, which of the first 32 alternatives can start with it; the last entry is for all others.
    var startMasks: [UInt32] = []
    /// How many splits there are, and which of them decide whether something is ahead.
    var choices = 0
    var decidesLook: [Bool] = []
    var runs = 0

    /// No published pattern comes near; a larger one is there to exhaust memory.
    static let maxInstructions = 20_000

    init(_ pattern: String) throws(RegexError) {
        let node = try RegexParser.parse(pattern)
        var compiler = RegexCompiler(node)
        try compiler.compile()
        self = compiler.program
    }

    /// For the compiler to fill.
    init() {}
}
