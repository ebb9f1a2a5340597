/// Turns a parsed pattern into instructions.
struct RegexCompiler {
    private(set) var program = RegexProgram()
    private let node: RegexNode
    private var setNumbers: [[ClosedRange<UInt32>]: Int] = [:]
    /// Whether what is compiled belongs to a look-ahead, with nothing atomic in between.
    private var isLook = false

    init(_ node: RegexNode) {
        self.node = node
    }

    mutating func compile() throws(RegexError) {
        let alternatives: [RegexNode]
        if case .alternation(let parts) = node, parts.count <= 32 {
            alternatives = parts
        } else {
            alternatives = [node]
        }
        program.startMasks = [UInt32](repeating: 0, count: 129)
        for (index, alternative) in alternatives.enumerated() {
            program.starts.append(program.instructions.count)
            try emit(alternative, then: [])
            try append(.accept)
            let first = alternative.firstScalars
            for byte in 0..<UInt32(128) where first.contains(byte) {
                program.startMasks[Int(byte)] |= 1 << UInt32(index)
            }
            if first.ranges.last.map({ $0.upperBound >= 0x80 }) ?? false {
                program.startMasks[128] |= 1 << UInt32(index)
            }
        }
    }

    private mutating func append(_ instruction: RegexProgram.Instruction) throws(RegexError) {
        guard program.instructions.count < RegexProgram.maxInstructions, program.sets.count < ScalarSets.maxSets else {
            throw RegexError(position: 0, problem: "too large a pattern")
        }
        program.instructions.append(instruction)
    }

    private mutating func number(of set: ScalarRanges) -> Int {
        if let number = setNumbers[set.ranges] { return number }
        let number = program.sets.append(set)
        setNumbers[set.ranges] = number
        return number
    }

    private mutating func newChoice() -> Int {
        program.choices += 1
        program.decidesLook.append(isLook)
        return program.choices - 1
    }

    /// - Parameter rest: what follows inside the same body, so that a run can tell whether going back is of use.
    private mutating func emit(_ node: RegexNode, then rest: [RegexNode]) throws(RegexError) {
        switch node {
        case .empty: return
        case .scalar(let set): try append(.scalar(set: number(of: set)))
        case .sequence(let parts):
            for (index, part) in parts.enumerated() {
                try emit(part, then: Array(parts[(index + 1)...]) + rest)
            }
        case .alternation(let parts): try emitAlternation(parts, then: rest)
        case .repetition(let body, let min, let max, let greed):
            if greed == .possessive {
                try emitBody(.repetition(body, min: min, max: max, .greedy)) { .atomic(next: $0) }
            } else {
                try emitRepetition(body, min, max, greed, then: rest)
            }
        case .atomic(let body): try emitBody(body) { .atomic(next: $0) }
        case .look(let body, .ahead, let negated): try emitBody(body, looks: true) { .look(next: $0, negated: negated) }
        case .look(let body, .behind, let negated):
            let length = body.fixedLength ?? 0
            try emitBody(body, looks: true) { .lookBehind(next: $0, length: length, negated: negated) }
        case .anchor(let anchor): try append(.anchor(anchor))
        }
    }

    /// A body of its own that ends with `accept`, after the instruction that calls it.
    private mutating func emitBody(
        _ body: RegexNode, looks: Bool = false, _ caller: (Int) -> RegexProgram.Instruction
    ) throws(RegexError) {
        let outer = (isLook, program.instructions.count)
        isLook = looks
        try append(.accept)
        try emit(body, then: [])
        try append(.accept)
        program.instructions[outer.1] = caller(program.instructions.count)
        isLook = outer.0
    }

    private mutating func emitAlternation(_ parts: [RegexNode], then rest: [RegexNode]) throws(RegexError) {
        var jumps: [Int] = []
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            let split = program.instructions.count
            let choice = isLast ? 0 : newChoice()
            if !isLast { try append(.split(other: 0, prefersOther: false, choice: choice)) }
            try emit(part, then: rest)
            if isLast { break }
            jumps.append(program.instructions.count)
            try append(.jump(0))
            program.instructions[split] = .split(
                other: program.instructions.count, prefersOther: false, choice: choice)
        }
        for jump in jumps {
            program.instructions[jump] = .jump(program.instructions.count)
        }
    }

    private mutating func emitRepetition(
        _ body: RegexNode, _ min: Int, _ max: Int?, _ greed: RegexNode.Greed, then rest: [RegexNode]
    ) throws(RegexError) {
        for _ in 0..<min {
            try emit(body, then: [.repetition(body, min: 0, max: nil, .greedy)] + rest)
        }
        if let max {
            try emitOptions(body, count: max - min, greed, then: rest)
        } else if case .scalar(let set) = body, greed == .greedy {
            try emitRun(set, then: rest)
        } else {
            let choice = newChoice()
            let split = program.instructions.count
            try append(.split(other: 0, prefersOther: greed == .lazy, choice: choice))
            try emit(body, then: [.repetition(body, min: 0, max: nil, .greedy)] + rest)
            try append(.jump(split))
            program.instructions[split] = .split(
                other: program.instructions.count, prefersOther: greed == .lazy, choice: choice)
        }
    }

    private mutating func emitRun(_ set: ScalarRanges, then rest: [RegexNode]) throws(RegexError) {
        let follower = RegexNode.sequence(rest)
        // Where what follows cannot start with a character of the run, a shorter run is of no use.
        // Nor where nothing follows: the longest run is then the match.
        let isFixed = rest.isEmpty || !follower.isNullable && follower.firstScalars.intersection(set).isEmpty
        let run = program.runs
        program.runs += 1
        if isFixed {
            try append(.fixedRun(set: number(of: set), run: run))
        } else {
            try append(.run(set: number(of: set), run: run))
        }
    }

    /// Up to `count` more, each of which needs the one before it.
    private mutating func emitOptions(
        _ body: RegexNode, count: Int, _ greed: RegexNode.Greed, then rest: [RegexNode]
    ) throws(RegexError) {
        var splits: [(place: Int, choice: Int)] = []
        for _ in 0..<count {
            let choice = newChoice()
            splits.append((program.instructions.count, choice))
            try append(.split(other: 0, prefersOther: greed == .lazy, choice: choice))
            try emit(body, then: [.repetition(body, min: 0, max: nil, .greedy)] + rest)
        }
        for (place, choice) in splits {
            program.instructions[place] = .split(
                other: program.instructions.count, prefersOther: greed == .lazy, choice: choice)
        }
    }
}
