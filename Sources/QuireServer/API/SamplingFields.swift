import Quire
import QuireJSON

/// The fields that shape what is generated, those of both endpoints: OpenAI's, and vLLM's beyond them.
struct SamplingFields {
    var params: SamplingParams

    /// - Parameter maxTokens: as the endpoint reads it.
    init(_ body: inout BodyFields, maxTokens: Int?) throws(APIError) {
        params = SamplingParams(maxTokens: maxTokens, cumulativeLogprob: false)
        try readDrawing(&body)
        try readEndings(&body)
        try readPenalties(&body)
        try readSearch(&body)
        params.promptLogprobs = try body.int("prompt_logprobs")
        params.truncatePromptTokens = try body.int("truncate_prompt_tokens")
        params.priority = try body.int("priority") ?? params.priority
        params.cacheSalt = try body.string("cache_salt")
        params.skipSpecialTokens = try body.bool("skip_special_tokens") ?? true
        try Self.readWithoutEffect(&body)
    }

    private mutating func readDrawing(_ body: inout BodyFields) throws(APIError) {
        params.n = try body.int("n") ?? params.n
        params.temperature = try body.double("temperature") ?? params.temperature
        params.topP = try body.double("top_p") ?? params.topP
        params.topK = try body.int("top_k") ?? params.topK
        params.minP = try body.double("min_p") ?? params.minP
        // Negative seeds are seeds, too.
        params.seed = try body.int("seed").map { UInt64(bitPattern: Int64($0)) }
    }

    private mutating func readEndings(_ body: inout BodyFields) throws(APIError) {
        params.minTokens = try body.int("min_tokens") ?? params.minTokens
        params.stop = try body.strings("stop") ?? params.stop
        params.stopTokenIDs = try body.ids("stop_token_ids") ?? params.stopTokenIDs
        params.includeStopStringInOutput = try body.bool("include_stop_str_in_output") ?? false
        params.ignoreEOS = try body.bool("ignore_eos") ?? false
    }

    private mutating func readPenalties(_ body: inout BodyFields) throws(APIError) {
        params.presencePenalty = try body.double("presence_penalty") ?? params.presencePenalty
        params.frequencyPenalty = try body.double("frequency_penalty") ?? params.frequencyPenalty
        params.repetitionPenalty = try body.double("repetition_penalty") ?? params.repetitionPenalty
        params.allowedTokenIDs = try body.ids("allowed_token_ids")
        params.badWords = try body.strings("bad_words") ?? params.badWords
        guard let value = body.value("logit_bias") else { return }
        let expected = "an object from token ids to numbers from -100 to 100"
        guard let biases = value.objectValue else { throw .field("logit_bias", value, expected: expected) }
        for (key, value) in biases {
            guard let id = TokenID(key), let bias = value.doubleValue, abs(bias) <= 100 else {
                throw .field("logit_bias[\"\(key)\"]", value, expected: expected)
            }
            params.logitBias[id] = bias
        }
    }

    private mutating func readSearch(_ body: inout BodyFields) throws(APIError) {
        let isSearch = try body.bool("use_beam_search") ?? false
        let width = try body.int("beam_width")
        if let width, !isSearch {
            throw .field("beam_width", .int(width), expected: "no value without use_beam_search: true")
        }
        // As in vLLM, n hypotheses are searched with where no width is given.
        if isSearch { params.beamWidth = width ?? params.n }
        params.lengthPenalty = try body.double("length_penalty") ?? params.lengthPenalty
        guard let value = body.value("early_stopping") else { return }
        switch value {
        case .bool(let stops): params.earlyStopping = stops ? .yes : .no
        case .string("never"): params.earlyStopping = .never
        default: throw .field("early_stopping", value, expected: "true, false or \"never\"")
        }
    }

    /// What clients send without asking for anything.
    private static func readWithoutEffect(_ body: inout BodyFields) throws(APIError) {
        for name in ["user", "safety_identifier", "prompt_cache_key"] { _ = try body.string(name) }
        _ = try body.fields("metadata")
        if let store = try body.bool("store"), store {
            throw .unsupported("store", "answers are not stored; leave it out or send false")
        }
        if let tier = try body.string("service_tier"), !["auto", "default"].contains(tier) {
            throw .field("service_tier", .string(tier), expected: "auto or default")
        }
    }
}
