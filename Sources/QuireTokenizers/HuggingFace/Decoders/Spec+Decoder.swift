extension Spec {
    private static let decoders = [
        "BPEDecoder", "ByteFallback", "ByteLevel", "CTC", "Fuse", "Metaspace", "Replace", "Sequence", "Strip",
        "WordPiece",
    ]

    /// The decoder that this describes.
    ///
    /// - Throws: `TokenizerError` that names the place and, for an unknown type, the known ones.
    func decoder() throws(TokenizerError) -> any DecoderSpec {
        switch try kind() {
        case "Sequence":
            var parts: [any DecoderSpec] = []
            for part in try list("decoders") {
                parts.append(try part.decoder())
            }
            return DecoderSequence(parts: parts)
        case "ByteLevel": return ByteLevelDecoder()
        case "ByteFallback": return ByteFallbackDecoder()
        case "Fuse": return FuseDecoder()
        case "Replace": return ReplaceDecoder(pattern: try pattern(), content: Array(try string("content").utf8))
        case "Strip":
            return StripDecoder(
                content: try character("content", default: " "), start: try count("start", default: 0, in: 0...1_000),
                stop: try count("stop", default: 0, in: 0...1_000))
        case "Metaspace":
            let scheme: MetaspacePreTokenizer.PrependScheme = try choice("prepend_scheme", default: .always)
            // Older files have a flag instead.
            let isOff = try !bool("add_prefix_space", default: true) && member("prepend_scheme") == nil
            return MetaspaceDecoder(
                replacement: try character("replacement"), dropsLeading: scheme != .never && !isOff)
        case "WordPiece":
            return WordPieceDecoder(
                prefix: Array(try string("prefix", default: "##").utf8), cleansUp: try bool("cleanup", default: true))
        case "BPEDecoder": return BPEDecoder(suffix: Array(try string("suffix", default: "</w>").utf8))
        case "CTC":
            return CTCDecoder(
                pad: Array(try string("pad_token", default: "<pad>").utf8),
                wordDelimiter: Array(try string("word_delimiter_token", default: "|").utf8),
                cleansUp: try bool("cleanup", default: true))
        default: throw unknownKind(Self.decoders)
        }
    }
}
