extension SamplingParams {
    /// Stop texts, and bad words, that one request may have.
    public static let mostTexts = 4_096
    /// Hypotheses that beam search may run.
    public static let widestBeam = 256

    /// - Throws: `RequestError.parameter` that names the parameter, its value and the valid ones.
    public func validate(vocabularySize: Int) throws(RequestError) {
        try validateDrawing()
        try validateLengths()
        try validateTokens(vocabularySize)
        try validatePenalties(vocabularySize)
        try validateBeam()
    }

    private func require(
        _ isValid: Bool, _ name: String, _ value: Any, _ expected: String
    ) throws(RequestError) {
        if !isValid { throw .parameter(name: name, value: "\(value)", expected: expected) }
    }

    private func validateDrawing() throws(RequestError) {
        try require((1...1_024).contains(n), "n", n, "1 to 1024")
        try require(temperature.isFinite && temperature >= 0, "temperature", temperature, "a number of at least 0")
        try require(topP > 0 && topP <= 1, "top_p", topP, "a number above 0 and at most 1")
        try require(topK >= -1, "top_k", topK, "a whole number of at least 1, or 0 or -1 for all tokens")
        try require(minP >= 0 && minP <= 1, "min_p", minP, "a number from 0 to 1")
    }

    private func validateLengths() throws(RequestError) {
        if let maxTokens {
            try require(maxTokens >= 1, "max_tokens", maxTokens, "a whole number of at least 1")
            try require(minTokens <= maxTokens, "min_tokens", minTokens, "at most max_tokens (\(maxTokens))")
        }
        try require(minTokens >= 0, "min_tokens", minTokens, "a whole number of at least 0")
        if let truncatePromptTokens {
            try require(
                truncatePromptTokens >= 1, "truncate_prompt_tokens", truncatePromptTokens,
                "a whole number of at least 1")
        }
        for (name, texts) in [("stop", stop), ("bad_words", badWords)] {
            try require(!texts.contains(""), name, "\"\"", "texts that are not empty")
            try require(texts.count <= Self.mostTexts, name, "\(texts.count) texts", "at most \(Self.mostTexts)")
        }
    }

    private func validateTokens(_ vocabularySize: Int) throws(RequestError) {
        func requireKnown(_ tokens: some Swift.Sequence<TokenID>, _ name: String) throws(RequestError) {
            for token in tokens {
                try require(
                    token >= 0 && Int(token) < vocabularySize, name, token, "ids from 0 to \(vocabularySize - 1)")
            }
        }
        try requireKnown(stopTokenIDs, "stop_token_ids")
        if let allowedTokenIDs {
            try require(!allowedTokenIDs.isEmpty, "allowed_token_ids", "[]", "at least one id")
            try requireKnown(allowedTokenIDs, "allowed_token_ids")
        }
        try requireKnown(logitBias.keys, "logit_bias")
        for (name, value) in [("logprobs", logprobs), ("prompt_logprobs", promptLogprobs)] {
            if let value { try require((0...vocabularySize).contains(value), name, value, "0 to \(vocabularySize)") }
        }
    }

    private func validatePenalties(_ vocabularySize: Int) throws(RequestError) {
        for (name, value) in [("presence_penalty", presencePenalty), ("frequency_penalty", frequencyPenalty)] {
            try require(value >= -2 && value <= 2, name, value, "a number from -2 to 2")
        }
        // Beyond these bounds a logit would become infinite.
        try require(
            (1e-4...1e4).contains(repetitionPenalty), "repetition_penalty", repetitionPenalty,
            "a number from 0.0001 to 10000")
        for (token, bias) in logitBias {
            try require(abs(bias) <= 1e6, "logit_bias", "\(token): \(bias)", "numbers from -1000000 to 1000000")
        }
    }

    private func validateBeam() throws(RequestError) {
        guard let beamWidth else {
            try require(lengthPenalty == 1, "length_penalty", lengthPenalty, "1 without beam_width")
            try require(earlyStopping == .no, "early_stopping", earlyStopping.rawValue, "false without beam_width")
            return
        }
        try require((1...Self.widestBeam).contains(beamWidth), "beam_width", beamWidth, "1 to \(Self.widestBeam)")
        try require(n <= beamWidth, "n", n, "at most beam_width (\(beamWidth))")
        // Beyond that the power of a long text's length is no number.
        try require(abs(lengthPenalty) <= 10, "length_penalty", lengthPenalty, "a number from -10 to 10")
        // Beam search draws nothing: what would shape the drawing must not be ignored silently.
        let why = "with beam_width, which draws nothing"
        try require(temperature == 0 || temperature == 1, "temperature", temperature, "0 or 1 \(why)")
        try require(topP == 1, "top_p", topP, "1 \(why)")
        try require(topK <= 0, "top_k", topK, "0 \(why)")
        try require(minP == 0, "min_p", minP, "0 \(why)")
    }
}
