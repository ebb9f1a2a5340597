import Quire
import QuireJSON

/// The events of `/v1/completions`.
struct CompletionStream: StreamedAnswer {
    private let answer: CompletionAnswer
    /// Characters that each choice has so far, by its index.
    private var offsets: [Int: Int] = [:]
    private var outputs: [RequestOutput] = []

    init(answer: CompletionAnswer) { self.answer = answer }

    mutating func events(_ news: Generation.News) -> [JSONValue] {
        let request = answer.request
        let first = news.prompt * request.params.n
        if case .success(let output) = news.update.result {
            let output = [output].withPrompts([request.prompts[news.prompt]])[0]
            outputs.append(output)
            if waitsForEnd {
                return output.outputs.map {
                    answer.chunk([answer.choice($0, of: output, index: first + $0.index)])
                }
            }
        }
        if waitsForEnd { return [] }
        return StreamedPiece.pieces(of: news.update, isSearch: false).compactMap { piece in
            let index = first + piece.index
            var text = piece.text
            var offset = offsets[index] ?? 0
            if offsets[index] == nil, request.echoesPrompt, case .text(let prompt) = request.prompts[news.prompt] {
                text = prompt + text
                offset = prompt.unicodeScalars.count
            }
            let choice = answer.choice(piece, text: text, index: index, offset: &offset)
            offsets[index] = offset
            let saysSomething = !text.isEmpty || piece.finish != nil || !piece.logprobs.isEmpty
            return saysSomething || request.returnsTokenIDs ? answer.chunk([choice]) : nil
        }
    }

    /// Whether a choice has what is known only at the end.
    private var waitsForEnd: Bool {
        let request = answer.request
        let echoesTokens = request.echoesPrompt && (request.params.logprobs != nil || request.hasTokenPrompts)
        return request.params.beamWidth != nil || request.params.promptLogprobs != nil || request.wantsNoTokens
            || echoesTokens
    }

    func closing() -> [JSONValue] {
        answer.request.stream.includesUsage ? [answer.chunk([], usage: answer.usage(outputs))] : []
    }
}
