/// One step of turning pieces back into text: takes pieces one at a time and hands on others.
///
/// A step that cannot be sure of its output yet keeps it until it is, at the latest until `finish`.
protocol TokenDecoder: Sendable {
    /// Takes the next piece and appends those that are certain now.
    mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]])

    /// Ends the text: appends what was kept.
    mutating func finish(into pieces: inout [[UInt8]])
}

extension TokenDecoder {
    mutating func finish(into pieces: inout [[UInt8]]) {}
}

/// How pieces become text; makes the steps for one stream.
protocol DecoderSpec: Sendable {
    /// - Parameter continuing: the text goes on after a prompt: what is special about its beginning is not.
    func makeSteps(continuing: Bool) -> [any TokenDecoder]

    /// Whether the pieces that it hands on are parts of one piece, for what comes after it.
    var fuses: Bool { get }

    /// The bytes that a piece adds to running text, where they need not be whole characters.
    func rawBytes(of piece: [UInt8]) -> [UInt8]?
}

extension DecoderSpec {
    var fuses: Bool { false }

    func rawBytes(of piece: [UInt8]) -> [UInt8]? { nil }

    /// The bytes that a piece adds to running text.
    func bytes(of piece: [UInt8]) -> [UInt8] {
        if let raw = rawBytes(of: piece) { return raw }
        var chain = DecoderChain(makeSteps(continuing: true))
        var text: [UInt8] = []
        chain.append(piece, to: &text)
        chain.finish(into: &text)
        return text
    }
}

/// The steps of a stream, one after the other.
struct DecoderChain: Sendable {
    private var steps: [any TokenDecoder]

    init(_ steps: [any TokenDecoder]) {
        self.steps = steps
    }

    mutating func append(_ piece: [UInt8], to text: inout [UInt8]) {
        run([piece], from: 0, to: &text)
    }

    mutating func finish(into text: inout [UInt8]) {
        for index in steps.indices {
            var pieces: [[UInt8]] = []
            steps[index].finish(into: &pieces)
            run(pieces, from: index + 1, to: &text)
        }
    }

    private mutating func run(_ pieces: [[UInt8]], from first: Int, to text: inout [UInt8]) {
        var pieces = pieces
        for index in steps.indices.dropFirst(first) {
            if pieces.isEmpty { return }
            var next: [[UInt8]] = []
            for piece in pieces {
                steps[index].append(piece, to: &next)
            }
            pieces = next
        }
        for piece in pieces {
            text += piece
        }
    }
}

/// Several, one after the other.
struct DecoderSequence: DecoderSpec {
    let parts: [any DecoderSpec]

    func makeSteps(continuing: Bool) -> [any TokenDecoder] {
        var steps: [any TokenDecoder] = []
        for (index, part) in parts.enumerated() {
            let isFused = parts[..<index].contains(where: \.fuses)
            if isFused, let strip = part as? StripDecoder {
                steps.append(FusedStrip(strip, continuing: continuing))
            } else if isFused {
                // What replaces text of the whole has to see the whole.
                steps.append(WholeText())
                steps += part.makeSteps(continuing: continuing)
            } else {
                steps += part.makeSteps(continuing: continuing)
            }
        }
        return steps
    }

    var fuses: Bool { parts.contains(where: \.fuses) }

    func rawBytes(of piece: [UInt8]) -> [UInt8]? {
        for part in parts {
            if let raw = part.rawBytes(of: piece) { return raw }
        }
        return nil
    }
}

/// Keeps everything until the end, as one piece.
struct WholeText: TokenDecoder {
    private var text: [UInt8] = []

    mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
        text += piece
    }

    mutating func finish(into pieces: inout [[UInt8]]) {
        pieces.append(text)
    }
}
