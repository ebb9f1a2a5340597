extension GGUFVocabulary {
    /// `gpt2` is byte-level BPE with the words that `tokenizer.ggml.pre` names.
    func byteLevel() throws(TokenizerError) -> HuggingFaceTokenizer {
        guard let merges else {
            throw TokenizerError(field: "tokenizer.ggml.merges", value: "missing", expected: "a list of merges")
        }
        let scheme = try WordScheme.named(pre ?? "default")
        let vocabulary = try pieces()
        let types = try types()
        let model = BPEModel(
            vocabulary, unknownID: -1, rules: BPERules(try rules(merges, vocabulary), ids: vocabulary.count),
            options: BPEOptions(ignoresMerges: scheme.ignoresMerges))
        let added = AddedTokens(addedTokens(types), normalizer: nil)
        var words: [any PreTokenizer] = []
        for pattern in scheme.patterns {
            do throws(RegexError) {
                words.append(PatternSplit(.regex(try TextPattern(pattern)), .isolated))
            } catch {
                throw TokenizerError(
                    field: "the pattern of '\(scheme.name)'", value: "\(error)", expected: "a regular expression")
            }
        }
        words.append(ByteLevelPreTokenizer(addsPrefixSpace: addSpacePrefix ?? false, splits: false))
        return framed(
            HuggingFaceTokenizer.Parts(
                normalizer: nil, preTokenizer: PreTokenizerSequence(parts: words), model: model, addedTokens: added,
                decoder: ByteLevelDecoder()),
            addsBOS: addBOSToken ?? scheme.addsBOS, addsEOS: addEOSToken ?? scheme.addsSeparator,
            closing: scheme.addsSeparator ? role(separatorTokenID) ?? role(eosTokenID) : role(eosTokenID))
    }

    private func rules(
        _ merges: [String], _ vocabulary: Vocabulary
    ) throws(TokenizerError) -> [BPERules.Merge] {
        var rules: [BPERules.Merge] = []
        rules.reserveCapacity(merges.count)
        for (index, line) in merges.enumerated() {
            let bytes = Array(line.utf8)
            // A piece may itself begin with a space.
            let space = bytes.dropFirst().firstIndex(of: 0x20) ?? bytes.endIndex
            let (left, right) = (Array(bytes[..<space]), Array(bytes[space...].dropFirst()))
            guard let merge = BPERules.Merge(left, right, in: vocabulary) else {
                throw TokenizerError(
                    field: "tokenizer.ggml.merges[\(index)]", value: line.debugDescription,
                    expected: "two pieces of the vocabulary whose merge is one, too")
            }
            rules.append(merge)
        }
        return rules
    }

    /// Control tokens and those of users are found in text before anything else.
    func addedTokens(_ types: [PieceType]) -> [AddedToken] {
        types.indices.compactMap { index in
            let type = types[index]
            guard type == .control || type == .userDefined, !tokens[index].isEmpty else { return nil }
            return AddedToken(id: TokenID(index), content: tokens[index], isSpecial: type == .control)
        }
    }

    /// A tokenizer of these parts that puts the roles' tokens around a text as the flags say.
    func framed(
        _ parts: HuggingFaceTokenizer.Parts, addsBOS: Bool, addsEOS: Bool, bos: TokenID? = nil, closing: TokenID?
    ) -> HuggingFaceTokenizer {
        var parts = parts
        let opening = bos ?? role(bosTokenID)
        if addsBOS, let opening { parts.frame.prefix = [opening] }
        if addsEOS, let closing { parts.frame.suffix = [closing] }
        return HuggingFaceTokenizer(
            parts,
            specialTokens: SpecialTokens(
                bos: opening, eos: role(eosTokenID) ?? closing, unknown: role(unknownTokenID),
                pad: role(paddingTokenID),
                addsBOS: addsBOS, addsEOS: addsEOS))
    }
}
