import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1

/// The hub's interface: what a repository has, what a file is, and its bytes.
struct HubClient: Sendable {
    /// Bytes of a listing; the largest repositories have some megabytes.
    private static let longestListing = 64 << 20

    let transport: HubTransport
    let logger: Logger
    private var settings: HubSettings { transport.settings }

    /// Runs `body` with a client whose connections end with it.
    static func with<Result>(
        _ settings: HubSettings, logger: Logger, _ body: (HubClient) async throws -> Result
    ) async throws -> Result {
        // `HTTPClient.withHTTPClient` ends its client in a task of its own, which needs one of Swift's threads; they may
        // all be held by who waits for this.
        let http = HTTPClient(configuration: HubTransport.configuration(settings))
        let client = HubClient(transport: HubTransport(http: http, settings: settings), logger: logger)
        do {
            let result = try await body(client)
            try await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    /// The files of a revision, and the commit that it means now.
    ///
    /// - Throws: `HubError`.
    func listing(_ repository: RepositoryID, _ revision: HubRevision) async throws -> RepositoryListing {
        let url = url("/api/models/\(repository)/revision/\(Self.quoted(revision.description))?blobs=true")
        let subject = HubSubject(repository: repository, revision: revision, file: nil)
        return try await settings.retry.run(logger) { _ in
            let response = try await transport.send(.GET, url)
            try checkStatus(response, [200], subject)
            return try RepositoryListing(
                repository: repository, json: try await body(response), address: url.shortened, logger: logger)
        }
    }

    /// A file's hash and size.
    ///
    /// - Throws: `HubError`.
    func description(of file: ListedFile, in listing: RepositoryListing) async throws -> RemoteFile {
        let subject = HubSubject(listing, file.path)
        return try await settings.retry.run(logger) { _ in
            let response = try await transport.send(.HEAD, address(of: file.path, in: listing), stopsAtFile: true)
            try checkStatus(response, [200, 301, 302, 303, 307, 308], subject)
            return try RemoteFile(listed: file, commit: listing.commit, response: response)
        }
    }

    /// A file's bytes from an offset on; once, as what follows is the business of who reads them.
    ///
    /// - Throws: `HubError`, transient where another attempt may help.
    func bytes(of file: RemoteFile, in listing: RepositoryListing, from offset: Int) async throws -> FileBody {
        let url = address(of: file.path, in: listing)
        let headers: HTTPHeaders = offset > 0 ? ["Range": "bytes=\(offset)-"] : [:]
        let response = try await transport.send(.GET, url, headers: headers)
        try checkStatus(response, offset > 0 ? [200, 206] : [200], HubSubject(listing, file.path))
        return try FileBody(response, asked: offset)
    }

    private func address(of path: RepositoryPath, in listing: RepositoryListing) -> URL {
        let parts = path.description.split(separator: "/").map { Self.quoted(String($0)) }
        return url("/\(listing.repository)/resolve/\(listing.commit)/\(parts.joined(separator: "/"))")
    }

    private func url(_ path: String) -> URL {
        // The path is made of checked names and quoted ones, so with it the endpoint stays a URL.
        URL(string: settings.endpoint.absoluteString + path) ?? settings.endpoint
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    private static func quoted(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private func body(_ response: HubTransport.Response) async throws -> Data {
        do {
            return Data(try await response.body.collect(upTo: Self.longestListing).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw HubError.unexpectedResponse(
                address: response.url.shortened, problem: "answers with more than \(Self.longestListing) bytes")
        } catch {
            try Task.checkCancellation()
            throw HubError.unreachable(address: response.url.shortened, reason: HubTransport.reason(error))
        }
    }

    private func checkStatus(
        _ response: HubTransport.Response, _ accepted: [UInt], _ subject: HubSubject
    ) throws(HubError) {
        guard !accepted.contains(response.status.code) else { return }
        throw HubError(response, subject, settings)
    }
}
