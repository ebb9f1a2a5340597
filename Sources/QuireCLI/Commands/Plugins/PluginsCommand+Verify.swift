import ArgumentParser
import Foundation
import Quire

extension PluginsCommand {
    /// `quire plugins verify`: runs the suite of its kind on each part of a plugin.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Run the conformance suite of its kind on every part that a plugin brings.",
            discussion: """
                An architecture is compared with what another implementation says: --golden names a folder with a small \
                model in Hugging Face's layout and expected.json. Exit status: 0 where every part passed, 70 where one \
                failed, 64 where one could not be checked.
                """)

        @Argument(help: "The shared library.") var path: String
        @Option(help: "Folder with a model for the architecture, and expected.json; see docs/plugins.md.")
        var golden: String?
        @Option(help: "What wakes a processor or a strategy, such as no_repeat_ngram_size=3. Repeatable.")
        var extraArgs: [String] = []
        @Option(help: "For a matmul backend that rounds activations to 8 bits: how many of them share a scale.")
        var activationBlock: Int?

        func run() throws {
            if let activationBlock, !(1...65_536).contains(activationBlock) {
                throw OptionError(name: "--activation-block", value: "\(activationBlock)", expected: "1 to 65536")
            }
            let arguments = try SamplingFlags.extraArguments(extraArgs)
            try PluginProbe.check([path])
            let base = try DefaultPlugins.registry()
            let verification = PartVerification(
                extraArguments: arguments, activationBlock: activationBlock, golden: golden,
                registry: try DefaultPlugins.registry(files: [path]),
                kernels: try Kernels(named: ProcessInfo.processInfo.environment["QUIRE_CPU"]))
            var (passed, failed, unchecked) = (0, 0, 0)
            try verification.run(beyond: base) { result in
                let words: String
                switch result.outcome {
                case .passed(let what):
                    passed += 1
                    words = "ok: \(what)"
                case .failed(let problem):
                    failed += 1
                    words = "FAILED: \(problem)"
                case .unchecked(let need):
                    unchecked += 1
                    words = "not checked: \(need)"
                }
                Terminal.line("\(result.kind) \(result.name): \(words)")
            }
            Terminal.line("\(passed) passed, \(failed) failed, \(unchecked) not checked")
            if failed > 0 { throw ExitCode(UserErrorKind.internal.exitStatus) }
            if passed == 0 || unchecked > 0 { throw ExitCode(UserErrorKind.usage.exitStatus) }
        }
    }
}
