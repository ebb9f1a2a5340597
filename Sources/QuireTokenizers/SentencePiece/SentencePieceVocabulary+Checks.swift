/// What makes a list of pieces a vocabulary.
extension SentencePieceVocabulary {
    static func check(_ piece: String, score: Float, at id: Int) throws(TokenizerError) {
        let length = piece.utf8.count
        guard (1...maxPieceLength).contains(length) else {
            throw TokenizerError(
                field: "pieces[\(id)]", value: "\(length) bytes long", expected: "1 to \(maxPieceLength) bytes")
        }
        guard score.isFinite else {
            throw TokenizerError(field: "pieces[\(id)].score", value: "\(score)", expected: "a finite number")
        }
    }

    /// A vocabulary with bytes spells U+0000 as <0x00> and may list the character beside it; it is never produced.
    static func retireNull(_ spelling: [UInt8], at id: Int, in types: inout [PieceType]) throws(TokenizerError) {
        guard spelling.count == 1, types.contains(.byte) else {
            throw TokenizerError(
                field: "pieces[\(id)]", value: "a piece with U+0000",
                expected: "a piece without, or U+0000 alone beside byte pieces")
        }
        types[id] = .unused
    }

    /// `types` with the unknown piece where the caller says it is.
    static func types(_ types: [PieceType], unknownID: TokenID?) throws(TokenizerError) -> [PieceType] {
        guard let unknownID else { return types }
        guard types.indices.contains(Int(unknownID)) else {
            throw TokenizerError(
                field: "unknownID", value: "\(unknownID)", expected: "an id from 0 to \(types.count - 1)")
        }
        var types = types.map { $0 == .unknown ? .unused : $0 }
        types[Int(unknownID)] = .unknown
        return types
    }

    static func unknown(among types: [PieceType]) throws(TokenizerError) -> TokenID {
        let unknowns = types.indices.filter { types[$0] == .unknown }
        guard unknowns.count == 1 else {
            throw TokenizerError(
                field: "pieces", value: "a list with \(unknowns.count) pieces of type unknown", expected: "exactly one")
        }
        return TokenID(unknowns[0])
    }

    /// The ids of all 256 byte pieces, or nil if there is none.
    static func bytes(_ index: ByteTrie, _ types: [PieceType]) throws(TokenizerError) -> [TokenID]? {
        let count = types.count { $0 == .byte }
        if count == 0 { return nil }
        let ids = (0...255).map { index.value(for: byteSpelling($0)) }
        guard count == 256, ids.allSatisfy({ $0 >= 0 && types[Int($0)] == .byte }) else {
            throw TokenizerError(
                field: "pieces", value: "a list with \(count) pieces of type byte",
                expected: "none, or <0x00> to <0xFF>, each once")
        }
        return ids
    }

    /// `<0x0A>` for 10.
    static func byteSpelling(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]] + Array(">".utf8)
    }

    /// The byte that a piece of type `byte` stands for.
    func byte(of id: TokenID) -> UInt8 {
        func digit(_ character: UInt8) -> UInt8 {
            character < 0x3A ? character - 0x30 : character - 0x37
        }
        let spelling = Array(spelling(of: id))
        return digit(spelling[3]) << 4 | digit(spelling[4])
    }
}
