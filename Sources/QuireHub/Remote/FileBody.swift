import AsyncHTTPClient
import NIOCore

/// The bytes of a file on their way.
struct FileBody {
    /// Where they begin; 0 where the server ignored what was asked.
    let offset: Int
    let address: String
    let chunks: HTTPClientResponse.Body

    /// - Parameter asked: the offset of the request.
    /// - Throws: `HubError.unexpectedResponse` for a range that nobody asked for.
    init(_ response: HubTransport.Response, asked: Int) throws(HubError) {
        address = response.url.shortened
        chunks = response.body
        guard response.status == .partialContent else {
            offset = 0
            return
        }
        let range = response.headers.first(name: "Content-Range") ?? ""
        guard range.hasPrefix("bytes \(asked)-") else {
            throw .unexpectedResponse(
                address: address, problem: "answers with the range '\(range)' to one from \(asked)")
        }
        offset = asked
    }
}
