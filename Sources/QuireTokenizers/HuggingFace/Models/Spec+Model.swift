import QuireJSON

extension Spec {
    private static let models = ["BPE", "Unigram", "WordLevel", "WordPiece"]

    /// The model that this describes.
    ///
    /// - Parameter addedID: the id of an added token, which the unknown token may be; -1 for any other text.
    /// - Throws: `TokenizerError` that names the place, the value and what is allowed.
    func model(
        addedID: (String) -> TokenID, warnings: inout [String]
    ) throws(TokenizerError) -> any WordModel {
        switch try modelKind() {
        case "BPE": return try bpe(addedID, &warnings)
        case "Unigram": return try unigram()
        case "WordPiece":
            let vocabulary = try vocabulary()
            return WordPieceModel(
                vocabulary, unknownID: try unknownID(vocabulary, addedID, default: "[UNK]"),
                continuingPrefix: Array(try string("continuing_subword_prefix", default: "##").utf8),
                maxCharacters: try count("max_input_chars_per_word", default: 100, in: 0...1_000_000_000))
        case "WordLevel":
            let vocabulary = try vocabulary()
            return WordLevelModel(
                vocabulary: vocabulary, unknownID: try unknownID(vocabulary, addedID, default: "<unk>"))
        default: throw unknownKind(Self.models)
        }
    }

    /// Older files do not say the type of their model: its members tell.
    private func modelKind() throws(TokenizerError) -> String {
        guard case .object = json else { throw error("an object with a type") }
        if member("type") != nil { return try string("type") }
        if member("merges") != nil { return "BPE" }
        if case .array = member("vocab")?.json { return "Unigram" }
        return member("continuing_subword_prefix") != nil ? "WordPiece" : "WordLevel"
    }

    /// The member `vocab`: pieces and their ids.
    private func vocabulary() throws(TokenizerError) -> Vocabulary {
        let place = try required("vocab", "pieces and their ids")
        guard case .object(let members) = place.json else { throw place.error("pieces and their ids") }
        var vocabulary = Vocabulary(capacity: members.count)
        for (piece, value) in members where !piece.isEmpty {
            // Places are only spelled out for errors: there are hundreds of thousands.
            func entry() -> Spec { Spec(value, path: "\(place.path)[\"\(piece)\"]") }
            guard case .int(let id) = value, (0...Vocabulary.maxID).contains(id) else {
                throw entry().error("an id from 0 to \(Vocabulary.maxID)")
            }
            guard !vocabulary.contains(TokenID(id)) else {
                throw entry().error("an id of its own; \(id) is \(quoted(vocabulary.piece(TokenID(id))))")
            }
            vocabulary.insert(piece.utf8, id: TokenID(id))
        }
        return vocabulary
    }

    private func quoted(_ piece: some Collection<UInt8>) -> String { "\"\(String(decoding: piece, as: UTF8.self))\"" }

    private func unknownID(
        _ vocabulary: Vocabulary, _ addedID: (String) -> TokenID, default missing: String? = nil
    ) throws(TokenizerError) -> TokenID {
        guard let piece = try member("unk_token")?.asString() ?? missing, !piece.isEmpty else { return -1 }
        let id = vocabulary.id(of: piece)
        return id >= 0 ? id : addedID(piece)
    }

    // MARK: BPE

    private func bpe(
        _ addedID: (String) -> TokenID, _ warnings: inout [String]
    ) throws(TokenizerError) -> any WordModel {
        let vocabulary = try vocabulary()
        if let dropout = try member("dropout")?.asDouble(), dropout > 0 {
            warnings.append("\(path).dropout is \(dropout); it is for training and left out")
        }
        let options = BPEOptions(
            continuingPrefix: Array(try string("continuing_subword_prefix", default: "").utf8),
            endSuffix: Array(try string("end_of_word_suffix", default: "").utf8),
            byteFallback: try bool("byte_fallback", default: false),
            fusesUnknown: try bool("fuse_unk", default: false),
            ignoresMerges: try bool("ignore_merges", default: false))
        return BPEModel(
            vocabulary, unknownID: try unknownID(vocabulary, addedID),
            rules: BPERules(try merges(vocabulary, prefix: options.continuingPrefix), ids: vocabulary.count),
            options: options)
    }

    private func merges(_ vocabulary: Vocabulary, prefix: [UInt8]) throws(TokenizerError) -> [BPERules.Merge] {
        let place = try required("merges", "a list")
        guard case .array(let entries) = place.json else { throw place.error("a list") }
        var merges: [BPERules.Merge] = []
        merges.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            func spec() -> Spec { Spec(entry, path: "\(place.path)[\(index)]") }
            guard let pair = Self.pair(entry) else { throw spec().error("two pieces, as \"a b\" or [\"a\", \"b\"]") }
            guard let merge = BPERules.Merge(pair.left, pair.right, prefix: prefix, in: vocabulary) else {
                throw spec().error(
                    "two pieces of the vocabulary whose merge is one, too",
                    value: "\(quoted(pair.left)) and \(quoted(pair.right))")
            }
            merges.append(merge)
        }
        return merges
    }

    /// `"a b"` or `["a", "b"]`; nil for anything else.
    private static func pair(_ entry: JSONValue) -> (left: [UInt8], right: [UInt8])? {
        switch entry {
        case .string(let line):
            let bytes = Array(line.utf8)
            guard let space = bytes.firstIndex(of: 0x20) else { return nil }
            let right = Array(bytes[(space + 1)...])
            return right.contains(0x20) ? nil : (Array(bytes[..<space]), right)
        case .array(let parts):
            guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] else {
                return nil
            }
            return (Array(left.utf8), Array(right.utf8))
        default: return nil
        }
    }

    // MARK: Unigram

    private func unigram() throws(TokenizerError) -> any WordModel {
        let place = try required("vocab", "a list of pieces and their scores")
        guard case .array(let entries) = place.json, !entries.isEmpty else {
            throw place.error("a list of at least one piece and its score")
        }
        var vocabulary = Vocabulary(capacity: entries.count)
        var scores: [Double] = []
        scores.reserveCapacity(entries.count)
        for (id, entry) in entries.enumerated() {
            func spec() -> Spec { Spec(entry, path: "\(place.path)[\(id)]") }
            guard case .array(let pair) = entry, pair.count == 2, case .string(let piece) = pair[0] else {
                throw spec().error("a piece and its score")
            }
            scores.append(try Spec(pair[1], path: place.path).asDouble())
            if piece.isEmpty { continue }
            let known = vocabulary.id(of: piece)
            guard known < 0 else {
                throw spec().error("pieces that differ", value: "\"\(piece)\", which is \(known) already")
            }
            vocabulary.insert(piece.utf8, id: TokenID(id))
        }
        let unknownID: TokenID = try member("unk_id")?.asID() ?? -1
        guard Int(unknownID) < entries.count else {
            throw try required("unk_id", "an id").error("an id below \(entries.count)")
        }
        return UnigramModel(
            vocabulary, scores: scores, unknownID: unknownID, byteFallback: try bool("byte_fallback", default: false))
    }
}

extension BPERules.Merge {
    /// The rule for two pieces, or nil where one of them or what they become is not in the vocabulary.
    init?(_ left: [UInt8], _ right: [UInt8], prefix: [UInt8] = [], in vocabulary: Vocabulary) {
        let merged = left + right.dropFirst(prefix.count)
        let ids = (vocabulary.id(of: left), vocabulary.id(of: right), vocabulary.id(of: merged))
        guard ids.0 >= 0, ids.1 >= 0, ids.2 >= 0 else { return nil }
        self.init(left: ids.0, right: ids.1, merged: ids.2)
    }
}
