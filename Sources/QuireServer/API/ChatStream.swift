import Quire
import QuireJSON

/// The events of `/v1/chat/completions`.
struct ChatStream: StreamedAnswer {
    private let answer: ChatAnswer
    private var begun: Set<Int> = []
    private var output: RequestOutput?

    init(answer: ChatAnswer) { self.answer = answer }

    mutating func events(_ news: Generation.News) -> [JSONValue] {
        let request = answer.request
        if case .success(let output) = news.update.result { self.output = output }
        return StreamedPiece.pieces(of: news.update, isSearch: request.params.beamWidth != nil).compactMap { piece in
            let isFirst = begun.insert(piece.index).inserted
            let saysSomething = isFirst || !piece.text.isEmpty || piece.finish != nil || !piece.logprobs.isEmpty
            guard saysSomething || request.returnsTokenIDs else { return nil }
            return answer.chunk([answer.choice(piece, isFirst: isFirst)])
        }
    }

    func closing() -> [JSONValue] {
        guard answer.request.stream.includesUsage, let output else { return [] }
        return [answer.chunk([], usage: Usage([output]))]
    }
}
