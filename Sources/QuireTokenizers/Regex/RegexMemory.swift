/// What a matcher knows of ways that were tried before.
struct RegexMemory {
    private var runs: [RunMemory]
    private let choices: Int
    private let decidesLook: [Bool]
    /// A bit for every choice at every place from `base` on: tried, and unless it is on the trail, failed.
    private var tried: [UInt64] = []
    /// The same for choices that decide what is ahead: led to the end.
    private var succeeded: [UInt64] = []
    private var base = 0
    /// Choices on the present way: neither failed nor succeeded yet.
    private(set) var trail: [(choice: Int, position: Int)] = []

    enum Outcome {
        case unknown, fails, succeeds
    }

    init(_ program: RegexProgram) {
        runs = Array(repeating: RunMemory(), count: program.runs)
        choices = program.choices
        decidesLook = program.decidesLook
    }

    // MARK: Runs

    @inline(__always)
    func knownEnd(of run: Int, from start: Int) -> Int? {
        runs[run].stretch(around: start).map { runs[run].stretches[$0].high }
    }

    /// The first stretch of a run that begins after `start`.
    @inline(__always)
    func stretch(of run: Int, after start: Int) -> RunMemory.Stretch? {
        runs[run].stretch(after: start)
    }

    @inline(__always)
    mutating func noteRun(_ run: Int, _ range: Range<Int>) {
        if range.count > RunMemory.shortStretch { runs[run].note(range) }
    }

    /// From where on every end of the stretch up to `high` is known to fail.
    @inline(__always)
    func failingStart(of run: Int, high: Int) -> Int {
        runs[run].stretch(around: high).map { runs[run].stretches[$0].failing } ?? .max
    }

    mutating func failRun(_ run: Int, at position: Int, high: Int) {
        runs[run].fail(at: position, high: high)
    }

    // MARK: Other choices

    /// Whether something is remembered that a search can still meet.
    var isUsed: Bool { !tried.isEmpty }

    /// Notes that a choice is tried, unless its outcome is known.
    mutating func enter(_ choice: Int, at position: Int) -> Outcome {
        // Looking behind reaches places before the search; they are few.
        if position < base { return .unknown }
        if decidesLook[choice], isSet(succeeded, choice, position) { return .succeeds }
        if isSet(tried, choice, position) { return .fails }
        Self.set(&tried, place(choice, position))
        trail.append((choice, position))
        return .unknown
    }

    mutating func fail(downTo count: Int) {
        if trail.count > count { trail.removeLast(trail.count - count) }
    }

    /// A body has matched: the choices on its way have not failed.
    mutating func succeed(downTo count: Int) {
        while trail.count > count, let (choice, position) = trail.popLast() {
            let (word, bit) = place(choice, position)
            tried[word] &= ~bit
            if decidesLook[choice] { Self.set(&succeeded, (word, bit)) }
        }
    }

    /// Forgets what no search from `position` on can meet again.
    mutating func forget(before position: Int) {
        for run in runs.indices {
            runs[run].forget(before: position)
        }
        let count = max(tried.count, succeeded.count)
        guard count * 64 <= (position - base) * choices else { return }
        if count > 0 {
            tried.removeAll(keepingCapacity: true)
            succeeded.removeAll(keepingCapacity: true)
        }
        base = position
    }

    private func place(_ choice: Int, _ position: Int) -> (word: Int, bit: UInt64) {
        let index = (position - base) * choices + choice
        return (index >> 6, 1 << UInt64(index & 63))
    }

    private func isSet(_ bits: [UInt64], _ choice: Int, _ position: Int) -> Bool {
        let (word, bit) = place(choice, position)
        return word < bits.count && bits[word] & bit != 0
    }

    private static func set(_ bits: inout [UInt64], _ place: (word: Int, bit: UInt64)) {
        if place.word >= bits.count { bits += repeatElement(0, count: place.word - bits.count + 1) }
        bits[place.word] |= place.bit
    }
}
