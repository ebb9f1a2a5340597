import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends requests and follows redirects; the token goes to the endpoint and nowhere else.
struct HubTransport: Sendable {
    private static let longestChain = 10
    /// Bytes of a redirect's or an error's body that are read, so that its connection can be used again.
    private static let longestNote = 1 << 16

    let http: HTTPClient
    let settings: HubSettings

    struct Response {
        let url: URL
        let status: HTTPResponseStatus
        let headers: HTTPHeaders
        let body: HTTPClientResponse.Body
    }

    static func configuration(_ settings: HubSettings) -> HTTPClient.Configuration {
        let idle = TimeAmount(settings.idleTimeout)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10), read: idle))
        // A connection for each file is faster than one for all.
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// - Parameter stopsAtFile: whether to be content with a redirect that already tells a file's hash.
    /// - Throws: `HubError`, transient where the connection failed; whatever status came is returned.
    func send(
        _ method: HTTPMethod, _ url: URL, headers: HTTPHeaders = [:], stopsAtFile: Bool = false
    ) async throws -> Response {
        var url = url
        for _ in 0...Self.longestChain {
            let response = try await single(method, url, headers)
            let isRedirect = [301, 302, 303, 307, 308].contains(response.status.code)
            let isFile = stopsAtFile && response.headers.contains(name: HubHeader.linkedETag)
            guard isRedirect, !isFile else {
                return Response(
                    url: url, status: response.status, headers: response.headers, body: response.body)
            }
            url = try Self.target(of: response, from: url)
            _ = try? await response.body.collect(upTo: Self.longestNote)
        }
        throw HubError.unexpectedResponse(address: url.shortened, problem: "redirects too often")
    }

    private func single(_ method: HTTPMethod, _ url: URL, _ headers: HTTPHeaders) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = method
        request.headers = headers
        request.headers.add(name: "User-Agent", value: "quire")
        // Sizes and ranges count the bytes of the file, not of a compressed form.
        request.headers.add(name: "Accept-Encoding", value: "identity")
        if let token = settings.token, Origin(url) == Origin(settings.endpoint) {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        do {
            return try await http.execute(request, deadline: .now() + TimeAmount(settings.idleTimeout))
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw HubError.unreachable(address: url.shortened, reason: Self.reason(error))
        }
    }

    private static func target(of response: HTTPClientResponse, from url: URL) throws(HubError) -> URL {
        guard let location = response.headers.first(name: "Location"),
            let target = URL(string: location, relativeTo: url)?.absoluteURL,
            let scheme = target.scheme, ["http", "https"].contains(scheme), target.host?.isEmpty == false
        else {
            throw .unexpectedResponse(address: url.shortened, problem: "redirects to no address")
        }
        if url.scheme == "https", scheme != "https" {
            throw .unexpectedResponse(
                address: url.shortened, problem: "redirects from https to \(scheme), which is not followed")
        }
        return target
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as IOError: String(cString: strerror(error.errnoCode))
        default: "\(error)"
        }
    }
}

/// The headers that only the hub has.
enum HubHeader {
    static let linkedETag = "X-Linked-Etag"
    static let linkedSize = "X-Linked-Size"
    static let commit = "X-Repo-Commit"
    static let errorCode = "X-Error-Code"
    static let errorMessage = "X-Error-Message"
}

/// Whom a URL speaks to.
struct Origin: Equatable {
    let scheme: String?
    let host: String?
    let port: Int?

    init(_ url: URL) {
        scheme = url.scheme?.lowercased()
        host = url.host?.lowercased()
        port = url.port ?? ["http": 80, "https": 443][scheme ?? ""]
    }
}

extension URL {
    /// Without the query: it may hold a signature, which is as good as a password.
    var shortened: String { absoluteString.split(separator: "?", maxSplits: 1).first.map(String.init) ?? "" }
}
