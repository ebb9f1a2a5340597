import ArgumentParser
import Foundation
import Quire

/// A model that is made on the spot, to be measured.
struct RandomModelFlags: ParsableArguments {
    @Option(help: "Instead of --model: a LLaMA of random weights, 160m, 1b or 7b.")
    var randomModel: String?
    @Option(
        help: "With --random-model: keep its file in this folder, or take it from there. Default: a temporary file.")
    var randomModelDir: String?
    @Option(help: "With --random-model: the type of its weights, such as q4_0 or q4_k_m. Default: --dtype, or bf16.")
    var quantization: String?

    /// Loads the model that the options name, or makes the random one and loads that.
    ///
    /// - Throws: a `UserError` that names the option, the value and the valid ones.
    func load(_ options: EngineOptions) throws -> MeasuredModel {
        guard let randomModel else {
            for (name, value) in [("--random-model-dir", randomModelDir), ("--quantization", quantization)] {
                if let value {
                    throw OptionError(name: name, value: value, expected: "nothing without --random-model")
                }
            }
            return try MeasuredModel(options)
        }
        if let model = options.model {
            throw OptionError(
                name: "--random-model", value: "given beside --model \(model)", expected: "one of the two")
        }
        let model = RandomModel(
            shape: try RandomModel.Shape(named: randomModel, option: "--random-model"), format: try format(options))
        Terminal.error("quire: random weights of shape \(model.shape.rawValue), stored as \(model.format)")
        let file = try RandomModelFile(model, in: randomModelDir)
        defer { file.removeIfTemporary() }
        var options = options
        options.model = file.path
        options.dtype = .auto
        return try MeasuredModel(options, name: "random-\(model.shape.rawValue)")
    }

    private func format(_ options: EngineOptions) throws(OptionError) -> WeightFormat {
        guard let quantization else {
            return try WeightFormat(named: options.dtype.storageType?.rawValue ?? WeightFormat.bfloat16.name)
        }
        guard options.dtype == .auto else {
            throw OptionError(
                name: "--quantization", value: "\(quantization) beside --dtype \(options.dtype.rawValue)",
                expected: "one of the two with --random-model")
        }
        return try WeightFormat(named: quantization, option: "--quantization")
    }
}
