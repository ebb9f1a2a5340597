import Quire
import QuireTesting

/// Runs the suite of its kind on each part that a plugin brings.
struct PartVerification {
    /// What came of one part.
    struct Result {
        enum Outcome {
            case passed(String)
            case failed(String)
            /// Nothing was compared: something is needed that was not given.
            case unchecked(String)
        }

        let kind: String
        let name: String
        let outcome: Outcome
    }

    /// Settings that wake processors and strategies of one's own.
    var extraArguments: [String: String] = [:]
    /// How many activations share a scale in a matmul backend that rounds them.
    var activationBlock: Int?
    /// A folder with a model and what it should say.
    var golden: String?
    let registry: PluginRegistry
    let kernels: Kernels

    /// Checks every part that `base` lacks.
    ///
    /// - Parameter onResult: sees each result as it comes.
    func run(beyond base: PluginRegistry, onResult: (Result) -> Void) throws {
        func each(_ kind: String, _ all: [String], _ known: [String], _ check: (String) throws -> Result.Outcome) throws
        {
            for name in all where !known.contains(name) {
                onResult(Result(kind: kind, name: name, outcome: try outcome { try check(name) }))
            }
        }
        let architectures = registry.architectures.names.filter { !base.architectures.names.contains($0) }
        if !architectures.isEmpty {
            let outcome = try outcome { try architecture(architectures) }
            onResult(
                Result(
                    kind: registry.architectures.kind, name: architectures.joined(separator: ", "), outcome: outcome))
        }
        try each(
            registry.attentionBackends.kind, registry.attentionBackends.names, base.attentionBackends.names, attention)
        try each(registry.matmulBackends.kind, registry.matmulBackends.names, base.matmulBackends.names, matmul)
        try each(registry.samplers.kind, registry.samplers.names, base.samplers.names, sampler)
        try each(
            registry.logitsProcessors.kind, registry.logitsProcessors.names, base.logitsProcessors.names, processor)
        try each(
            registry.decodingStrategies.kind, registry.decodingStrategies.names, base.decodingStrategies.names, strategy
        )
    }

    /// A failure of one part should not hide what is to be said of the others.
    private func outcome(_ check: () throws -> Result.Outcome) throws -> Result.Outcome {
        do {
            return try check()
        } catch let failure as ConformanceFailure {
            return .failed(failure.description)
        } catch let error as any UserError {
            return .failed("\(error)")
        }
    }
}
