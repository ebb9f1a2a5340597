/// Finds the matches of a program in one text, from left to right, in time linear in the text.
///
/// It goes back where a way leads nowhere, as Oniguruma does, but never tries the same way twice: what is known to fail
/// from a place fails whatever came before it, in this search or an earlier one. Runs of one set remember that as a
/// stretch of text; other choices remember it bit by bit once a search takes long.
struct RegexMatcher {
    let program: RegexProgram
    let text: UnsafeBufferPointer<UInt8>
    var frames: [Frame] = []
    var memory: RegexMemory
    private var steps = 0

    /// A place to go back to.
    struct Frame {
        var instruction: Int
        var position: Int
        /// For a run: its first place, the number of the run, and its last place; otherwise `run` is -1.
        var low: Int
        var high: Int
        var run: Int
        /// How many choices were on the way when it was left.
        var trail: Int
    }

    /// Until a search takes more steps, remembering costs more than it saves.
    private static let patience = 2_000

    init(_ program: RegexProgram, _ text: UnsafeBufferPointer<UInt8>) {
        self.program = program
        self.text = text
        memory = RegexMemory(program)
    }

    /// The first match that starts at `start` or later.
    mutating func firstMatch(from start: Int) -> Range<Int>? {
        steps = 0
        memory.forget(before: start)
        var position = start
        while position <= text.count {
            let byte = position < text.count ? text[position] : 0
            // At the end of the text only what needs no character can match, and masks know nothing of that.
            var mask = position == text.count ? ~0 : program.startMasks[byte < 0x80 ? Int(byte) : 128]
            while mask != 0 {
                let index = mask.trailingZeroBitCount
                mask &= mask - 1
                if index >= program.starts.count { break }
                let end = match(program.starts[index], at: position)
                if end >= 0 { return position..<end }
            }
            if position == text.count { break }
            position += UTF8Scan.length(lead: byte)
        }
        return nil
    }

    /// Runs a body from `instruction` to its `accept`.
    ///
    /// - Returns: where the match ends, or -1.
    private mutating func match(_ instruction: Int, at start: Int) -> Int {
        let base = frames.count
        let trail = memory.trail.count
        var next = instruction
        var position = start
        while true {
            if let end = advance(&next, &position) {
                frames.removeLast(frames.count - base)
                memory.succeed(downTo: trail)
                return end
            }
            guard goBack(to: base, &next, &position) else { return -1 }
        }
    }

    /// Goes on until the body accepts, and gives the place, or something fails, and gives nil.
    private mutating func advance(_ next: inout Int, _ position: inout Int) -> Int? {
        while true {
            steps += 1
            switch program.instructions[next] {
            case .scalar(let set):
                let length = program.sets.match(set, in: text, at: position)
                if length == 0 { return nil }
                position += length
                next += 1
            case .split(let other, let prefersOther, let choice):
                if memory.isUsed || steps > Self.patience {
                    switch memory.enter(choice, at: position) {
                    case .fails: return nil
                    case .succeeds: return position
                    case .unknown: break
                    }
                }
                frames.append(
                    Frame(
                        instruction: prefersOther ? next + 1 : other, position: position, low: 0, high: 0, run: -1,
                        trail: memory.trail.count))
                next = prefersOther ? other : next + 1
            case .jump(let target): next = target
            case .run(let set, let run):
                guard let end = enterRun(set, run, next + 1, from: position) else { return nil }
                position = end
                next += 1
            case .fixedRun(let set, let run):
                position = endOfRun(set, run, from: position)
                next += 1
            case .atomic(let after):
                position = match(next + 1, at: position)
                if position < 0 { return nil }
                next = after
            case .look(let after, let negated):
                if (match(next + 1, at: position) >= 0) == negated { return nil }
                next = after
            case .lookBehind(let after, let length, let negated):
                if matchesBehind(next + 1, at: position, length) == negated { return nil }
                next = after
            case .anchor(let anchor):
                if !holds(anchor, at: position) { return nil }
                next += 1
            case .accept: return position
            }
        }
    }

    /// Takes up the last way that was left open.
    private mutating func goBack(to base: Int, _ next: inout Int, _ position: inout Int) -> Bool {
        steps += 1
        while frames.count > base {
            let top = frames.count - 1
            let frame = frames[top]
            // What was entered since has failed for good: it stays marked and leaves the way.
            memory.fail(downTo: frame.trail)
            if frame.run < 0 {
                frames.removeLast()
                (next, position) = (frame.instruction, frame.position)
                return true
            }
            memory.failRun(frame.run, at: frame.position, high: frame.high)
            guard frame.position > frame.low else {
                frames.removeLast()
                continue
            }
            let shorter = UTF8Scan.start(before: frame.position, in: text)
            frames[top].position = shorter
            (next, position) = (frame.instruction, shorter)
            return true
        }
        return false
    }

    /// Takes a run and leaves a frame for the shorter ones; gives the longest end that is not known to fail.
    private mutating func enterRun(_ set: Int, _ run: Int, _ next: Int, from start: Int) -> Int? {
        let high = endOfRun(set, run, from: start)
        let failing = memory.failingStart(of: run, high: high)
        if failing <= start { return nil }
        let end = failing <= high ? UTF8Scan.start(before: failing, in: text) : high
        frames.append(
            Frame(
                instruction: next, position: end, low: start, high: high, run: run, trail: memory.trail.count))
        return end
    }

    private mutating func endOfRun(_ set: Int, _ run: Int, from start: Int) -> Int {
        if let end = memory.knownEnd(of: run, from: start) { return end }
        let known = memory.stretch(of: run, after: start)
        var end = start
        while end != known?.low {
            let length = program.sets.match(set, in: text, at: end)
            if length == 0 { break }
            end += length
        }
        // A run that reaches one that was covered before ends where that one does.
        if let known, end == known.low { end = known.high }
        memory.noteRun(run, start..<end)
        return end
    }

    private mutating func matchesBehind(_ body: Int, at position: Int, _ length: Int) -> Bool {
        var start = position
        for _ in 0..<length {
            if start == 0 { return false }
            start = UTF8Scan.start(before: start, in: text)
        }
        return match(body, at: start) >= 0
    }

    private func holds(_ anchor: RegexNode.Anchor, at position: Int) -> Bool {
        switch anchor {
        case .textStart: position == 0
        case .textEnd: position == text.count
        case .textEndOrLastNewline: position == text.count || position == text.count - 1 && text[position] == 0x0A
        case .lineStart: position == 0 || position < text.count && text[position - 1] == 0x0A
        case .lineEnd: position == text.count || text[position] == 0x0A
        case .wordBoundary: isWord(before: position) != isWord(at: position)
        case .notWordBoundary: isWord(before: position) == isWord(at: position)
        }
    }

    private func isWord(at position: Int) -> Bool {
        CharacterClass.regexWordSet.match(in: text, at: position) > 0
    }

    private func isWord(before position: Int) -> Bool {
        position > 0 && isWord(at: UTF8Scan.start(before: position, in: text))
    }
}
