/// Pieces of characters that stand for bytes.
struct ByteLevelDecoder: DecoderSpec {
    var fuses: Bool { true }

    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [Step()] }

    /// A piece with other characters, such as an added token, stands for itself.
    func rawBytes(of piece: [UInt8]) -> [UInt8]? { ByteAlphabet.bytes(of: piece) ?? piece }

    private struct Step: TokenDecoder {
        /// Bytes that are not yet a character.
        private var pending: [UInt8] = []

        mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            pending += ByteAlphabet.bytes(of: piece) ?? piece
            move(to: &pieces, isFinal: false)
        }

        mutating func finish(into pieces: inout [[UInt8]]) {
            move(to: &pieces, isFinal: true)
        }

        /// Moves whole characters, and one U+FFFD for each stretch that begins a character and breaks off.
        private mutating func move(to pieces: inout [[UInt8]], isFinal: Bool) {
            var text: [UInt8] = []
            UTF8Scan.moveCharacters(
                from: &pending, to: &text, isFinal: isFinal, brokenLength: UTF8Scan.brokenLength)
            if !text.isEmpty { pieces.append(text) }
        }
    }
}

/// Pieces such as `<0xE2>`. Those in a row are one text; if it is not UTF-8, each byte of it is a U+FFFD.
struct ByteFallbackDecoder: DecoderSpec {
    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [Step()] }

    func rawBytes(of piece: [UInt8]) -> [UInt8]? { Self.byte(of: piece).map { [$0] } }

    private static func byte(of piece: [UInt8]) -> UInt8? {
        guard piece.count == 6, piece.starts(with: Array("<0x".utf8)), piece[5] == UInt8(ascii: ">") else { return nil }
        return UInt8(String(decoding: piece[3..<5], as: UTF8.self), radix: 16)
    }

    private struct Step: TokenDecoder {
        private var pending: [UInt8] = []

        mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            if let byte = ByteFallbackDecoder.byte(of: piece) {
                pending.append(byte)
            } else {
                finish(into: &pieces)
                pieces.append(piece)
            }
        }

        mutating func finish(into pieces: inout [[UInt8]]) {
            if pending.isEmpty { return }
            if pending.withUnsafeBufferPointer(UTF8Scan.isValid) {
                pieces.append(pending)
            } else {
                pieces += repeatElement(UTF8Scan.replacement, count: pending.count)
            }
            pending.removeAll()
        }
    }
}
