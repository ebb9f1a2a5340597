import AsyncHTTPClient
import Quire
import QuireJSON

/// Loads a server with requests and measures how they are served.
public struct LoadTest: Sendable {
    public let baseURL: String
    /// `nil` takes the first model that the server lists.
    public let model: String?
    public let apiKey: String?
    public let plan: LoadPlan
    /// Requests that run at once at most; `nil` has no bound.
    public let maxConcurrency: Int?
    /// More fields of every body.
    public let fields: [(String, JSONValue)]
    public let seed: UInt64

    public init(
        baseURL: String, model: String?, apiKey: String?, plan: LoadPlan, maxConcurrency: Int?,
        fields: [(String, JSONValue)], seed: UInt64
    ) {
        self.baseURL = baseURL
        self.model = model
        self.apiKey = apiKey
        self.plan = plan
        self.maxConcurrency = maxConcurrency
        self.fields = fields
        self.seed = seed
    }

    /// Sends all requests and waits for their ends.
    ///
    /// - Parameter onProgress: called as requests end, with how many have.
    /// - Throws: `LoadError` where the server cannot be reached at all.
    public func run(onProgress: (Int) -> Void) async throws -> LoadReport {
        var configuration = HTTPClient.Configuration()
        // Every request has a connection of its own, however many there are at once.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 65_536
        // A refused connection is a finding, not something to try again unseen.
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<LoadReport, any Error>
        do {
            result = .success(try await run(http, onProgress))
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        return try result.get()
    }

    private func run(_ http: HTTPClient, _ onProgress: (Int) -> Void) async throws -> LoadReport {
        let name = if let model { model } else { try await LoadClient.firstModel(http, baseURL, apiKey) }
        let client = LoadClient(http: http, baseURL: baseURL, model: name, apiKey: apiKey, fields: fields)
        let prompts = prompts(of: try await client.someTokens())
        let begin = ContinuousClock.now
        var samples: [LoadSample] = []
        try await withThrowingTaskGroup(of: LoadSample.self) { group in
            var running = 0
            for (request, prompt) in zip(plan.requests, prompts) {
                if let time = request.time { try await Task.sleep(until: begin + .seconds(time)) }
                while let maxConcurrency, running >= maxConcurrency, let sample = try await group.next() {
                    samples.append(sample)
                    running -= 1
                    onProgress(samples.count)
                }
                running += 1
                group.addTask { await client.send(prompt: prompt, output: request.output, begin: begin) }
            }
            for try await sample in group {
                samples.append(sample)
                onProgress(samples.count)
            }
        }
        return LoadReport(samples: samples, seconds: (ContinuousClock.now - begin).seconds, model: name)
    }

    /// Random ids, the same for the same seed; no two prompts begin alike.
    private func prompts(of tokens: [TokenID]) -> [[TokenID]] {
        plan.requests.enumerated().map { index, request in
            var random = RandomSource(seed: seed &+ 1, position: index << 20)
            return (0..<request.prompt).map { _ in tokens[Int(random.next() % UInt64(tokens.count))] }
        }
    }
}
