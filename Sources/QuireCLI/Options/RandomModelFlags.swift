import ArgumentParser
import Foundation
import Quire

/// A model that is made on the spot, to be measured.
struct RandomModelFlags: ParsableArguments {
    @Option(
        help:
            "Instead of --model: a LLaMA of random weights, 160m, 1b or 7b, stored as --quantization, or --dtype, or bf16."
    )
    var randomModel: String?
    @Option(
        help: "With --random-model: keep its file in this folder, or take it from there. Default: a temporary file.")
    var randomModelDir: String?

    /// Loads the model that the options name, or makes the random one and loads that.
    ///
    /// - Throws: a `UserError` that names the option, the value and the valid ones.
    func load(_ options: EngineOptions) throws -> MeasuredModel {
        guard let randomModel else {
            if let randomModelDir {
                throw OptionError(
                    name: "--random-model-dir", value: randomModelDir, expected: "nothing without --random-model")
            }
            return try MeasuredModel(options)
        }
        if let model = options.model {
            throw OptionError(
                name: "--random-model", value: "given beside --model \(model)", expected: "one of the two")
        }
        try options.validate()
        let stored = try options.dtype.storageType.map { try WeightFormat(named: $0.rawValue) }
        let model = RandomModel(
            shape: try RandomModel.Shape(named: randomModel, option: "--random-model"),
            format: options.quantization ?? stored ?? .bfloat16)
        Terminal.error("quire: random weights of shape \(model.shape.rawValue), stored as \(model.format)")
        let file = try RandomModelFile(model, in: randomModelDir)
        defer { file.removeIfTemporary() }
        var options = options
        options.model = file.path
        // The file has what they ask for.
        options.dtype = .auto
        options.quantization = nil
        return try MeasuredModel(options, name: "random-\(model.shape.rawValue)")
    }
}
