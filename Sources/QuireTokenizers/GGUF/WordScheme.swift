/// How a byte-level vocabulary cuts text into words: what a name in `tokenizer.ggml.pre` stands for.
///
/// Each pattern cuts what the ones before it left; matches and what is between them are words.
/// Source of the names and of what else they set: llama.cpp's `llama-vocab.cpp`; of the patterns: the models' own
/// `tokenizer.json`.
struct WordScheme: Sendable {
    let name: String
    let patterns: [String]
    /// A word that is a piece is taken whole.
    var ignoresMerges = false
    /// What holds where the file has no `add_bos_token`.
    var addsBOS = false
    /// A separator closes the text where the file does not say otherwise.
    var addsSeparator = false

    /// - Throws: `TokenizerError` that names the scheme and lists the known ones.
    static func named(_ name: String) throws(TokenizerError) -> WordScheme {
        guard let scheme = all[name] else {
            throw TokenizerError(
                field: "tokenizer.ggml.pre", value: "unknown pre-tokenizer '\(name)'",
                expected: "one of " + knownNames.joined(separator: ", "))
        }
        return scheme
    }

    static var knownNames: [String] { all.keys.sorted() }

    private static let all: [String: WordScheme] = {
        var all: [String: WordScheme] = [:]
        func add(
            _ names: [String], _ patterns: [String], ignoresMerges: Bool = false, addsBOS: Bool = false,
            addsSeparator: Bool = false
        ) {
            for name in names {
                all[name] = WordScheme(
                    name: name, patterns: patterns, ignoresMerges: ignoresMerges, addsBOS: addsBOS,
                    addsSeparator: addsSeparator)
            }
        }
        typealias Words = WordPatterns
        add(["default"], [Words.symbols, Words.gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"])
        add(
            [
                "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "gigachat", "a.x-4.0", "mellum",
                "modern-bert", "exaone4", "mpt", "olmo", "jais", "trillion", "granite-docling",
            ], [Words.gpt2])
        add(["jina-v1-en", "jina-v2-code", "roberta-bpe"], [Words.gpt2], addsSeparator: true)
        add(
            ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"],
            [#"\p{N}"#, Words.gpt2])
        add(
            ["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano"],
            [Words.llama3], ignoresMerges: true, addsBOS: true)
        add(["dbrx", "smaug-bpe", "glm4", "chatglm-bpe"], [Words.llama3])
        add(["minicpm5"], [#"\p{N}{1,3}"#, Words.anyNumbers], ignoresMerges: true)
        add(
            [
                "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan", "solar-open",
                "grok-2",
            ], [Words.qwen2])
        add(["qwen35"], [Words.qwen35])
        add(["laguna"], [#"[^\n]+|[\n]+"#, Words.qwen2])
        add(["deepseek-llm"], Words.deepSeekLLM)
        add(["deepseek-coder"], [#"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, Words.deepSeekCJK, #"\p{N}"#])
        add(
            ["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"], [#"\p{N}{1,3}"#, Words.cjkAndKana, Words.deepSeek3])
        add(["falcon"], [Words.falconSymbols, Words.gpt2, "[0-9][0-9][0-9]"])
        add(["poro-chat", "bloom", "gpt3-finnish"], [Words.bloom])
        add(["viking"], [Words.bloom, #"\p{N}"#])
        add(["tekken"], [Words.tekken], ignoresMerges: true, addsBOS: true)
        add(["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"], [Words.o200k])
        add(["granite-embed-multi-97m"], [Words.o200k], ignoresMerges: true)
        add(["tiny_aya", "cohere2moe"], [#"\d{1,3}(?=(?:\d{3})*\b)"#, Words.o200k])
        add(["youtu"], [Words.youtuScripts, Words.o200kOneDigit], ignoresMerges: true)
        add(["kimi-k2"], [Words.kimi])
        add(["superbpe"], [#"\p{N}+"#, #"(?=(\d{3})+(?!\d))"#])
        add(["bailingmoe", "bailingmoe2", "llada-moe"], [Words.bailing])
        add(["seed-coder"], [Words.seedCoder])
        add(["exaone-moe"], [Words.exaoneMoE])
        add(["jais-2"], [Words.jais2])
        add(["ufakzeka"], [Words.withoutContractions])
        add(["chameleon"], Words.chameleon, addsBOS: true)
        return all
    }()
}
