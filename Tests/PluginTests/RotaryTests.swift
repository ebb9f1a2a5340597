import QuireCore
import QuireJSON
import ReferenceAttention
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@Suite("Rotary positions")
struct RotaryTests {
    static func frequencies(_ json: String, dimensions: Int = 128) throws -> [Double] {
        let config = ModelConfiguration(
            place: "config.json", values: try JSONValue(parsing: json.utf8, place: "config.json"))
        return try RotaryEmbedding(config: config, dimensions: dimensions).frequencies
    }

    /// θ^(-2i/d), as e to a power.
    static func plain(theta: Double, dimensions: Int = 128) -> [Double] {
        (0..<dimensions / 2).map { exp(-log(theta) * Double(2 * $0) / Double(dimensions)) }
    }

    static func agree(_ found: [Double], _ wanted: [Double]) -> Bool {
        found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-12 * $1 }
    }

    @Test(
        "frequencies fall from 1 by powers of theta, wherever the file says it",
        arguments: [
            (#"{}"#, 10_000.0), (#"{"rope_theta": 500000}"#, 500_000), (#"{"rope_scaling": null}"#, 10_000),
            (#"{"rope_scaling": {"rope_type": "default"}}"#, 10_000),
            (#"{"rope_parameters": {"rope_theta": 2000.0, "rope_type": "default"}}"#, 2_000),
            (#"{"rope_theta": 3000.0, "rope_parameters": {"rope_type": "default"}}"#, 3_000),
        ])
    func plainFrequencies(json: String, theta: Double) throws {
        #expect(Self.agree(try Self.frequencies(json), Self.plain(theta: theta)))
        #expect(Self.agree(try Self.frequencies(json, dimensions: 6), Self.plain(theta: theta, dimensions: 6)))
    }

    @Test("linear scaling divides every frequency, under the new and the old name of its type")
    func linear() throws {
        let wanted = Self.plain(theta: 10_000).map { $0 / 2.5 }
        for type in ["rope_type", "type"] {
            let json = "{\"rope_scaling\": {\"\(type)\": \"linear\", \"factor\": 2.5}}"
            #expect(Self.agree(try Self.frequencies(json), wanted))
        }
    }

    @Test(
        "llama3 scaling keeps short wavelengths, divides long ones and blends between", arguments: [16, 64, 128, 256])
    func llama3(dimensions: Int) throws {
        for (factor, low, high, original) in [(8.0, 1.0, 4.0, 8_192), (32, 1, 4, 8_192), (2.5, 2, 9, 512)] {
            let found = try Self.frequencies(
                """
                {"rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": \(factor),
                 "low_freq_factor": \(low), "high_freq_factor": \(high),
                 "original_max_position_embeddings": \(original)}}
                """, dimensions: dimensions)
            let wanted = Self.plain(theta: 500_000, dimensions: dimensions).map { frequency in
                let wavelength = 2 * 3.141592653589793 / frequency
                if wavelength < Double(original) / high { return frequency }
                if wavelength > Double(original) / low { return frequency / factor }
                let smooth = (Double(original) / wavelength - low) / (high - low)
                return frequency / factor + smooth * (frequency - frequency / factor)
            }
            #expect(Self.agree(found, wanted))
        }
    }

    @Test(
        "a scaling that is unknown or incomplete is named with what is known",
        arguments: [
            (
                #"{"rope_scaling": {"rope_type": "spiral", "factor": 2}}"#,
                "'rope_type' is \"spiral\"; expected default, linear, dynamic, yarn, longrope or llama3"
            ),
            (
                #"{"rope_scaling": {"type": "ntk", "factor": 2}}"#,
                "'type' is \"ntk\"; expected default, linear, dynamic, yarn, longrope or llama3"
            ),
            (#"{"rope_scaling": {"type": 7}}"#, "'type' is 7; expected a string"),
            (#"{"rope_scaling": {"type": "linear"}}"#, "'factor' is missing; expected a number of at least 1"),
            (
                #"{"rope_scaling": {"type": "linear", "factor": 0.5}}"#,
                "'factor' is 0.5; expected a number of at least 1"
            ),
            (#"{"rope_scaling": {"rope_type": "llama3", "factor": 8}}"#, "'low_freq_factor' is missing"),
            (
                #"{"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}}"#,
                "'high_freq_factor' is 4; expected a number above low_freq_factor (4.0)"
            ),
            (
                #"{"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4}}"#,
                "'original_max_position_embeddings' is missing"
            ),
        ])
    func mistakes(json: String, complaint: String) {
        #expect { try Self.frequencies(json) } throws: { "\($0)".hasPrefix("config.json: rope_scaling: \(complaint)") }
    }

    @Test("a theta that cannot be is shown where it stands")
    func badTheta() {
        #expect { try Self.frequencies(#"{"rope_parameters": {"rope_theta": -1}}"#) } throws: {
            "\($0)".contains("'rope_theta' is -1; expected a number above 0")
        }
    }

    @Test("stored factors divide their frequencies")
    func factors() {
        let rotary = RotaryEmbedding(frequencies: [1, 0.5], layout: .half).divided(by: [2, 4])
        #expect(rotary.frequencies == [0.5, 0.125] && rotary.layout == .half)
    }

    @Test("pairs turn by frequency times position, in both layouts", arguments: RotaryEmbedding.Layout.allCases)
    func rotation(layout: RotaryEmbedding.Layout) throws {
        let context = try PluginEngine.context()
        let (heads, headDim) = (3, 10)
        let rotary = RotaryEmbedding(frequencies: Self.plain(theta: 100, dimensions: headDim), layout: layout)
        var batch = Batch()
        for first in [0, 5, 1_000] {
            batch.append(tokens: [0, 0], firstPosition: first, blocks: [], sampled: 0..<0)
        }
        let cache = try KVCache(layouts: [], totalBlocks: 0)
        let pass = ForwardPass(
            batch: batch, attention: ReferenceAttentionBackend(context: context), cache: cache, context: context)
        let tensor = context.tensor(rows: 6, columns: heads * headDim)
        for index in 0..<(6 * heads * headDim) { tensor.baseAddress[index] = Float(index * 37 % 101) / 50 - 1 }
        let before = (0..<6).map { Array(tensor.row($0)) }
        rotary.rotate(tensor, heads: heads, headDim: headDim, pass)
        for (row, position) in [0, 1, 5, 6, 1_000, 1_001].enumerated() {
            for head in 0..<heads {
                for pair in 0..<(headDim / 2) {
                    let first = head * headDim + (layout == .half ? pair : 2 * pair)
                    let second = first + (layout == .half ? headDim / 2 : 1)
                    let angle = Double(position) * rotary.frequencies[pair]
                    let (x, y) = (Double(before[row][first]), Double(before[row][second]))
                    #expect(abs(Double(tensor.row(row)[first]) - (x * cos(angle) - y * sin(angle))) < 1e-6)
                    #expect(abs(Double(tensor.row(row)[second]) - (x * sin(angle) + y * cos(angle))) < 1e-6)
                }
            }
        }
    }
}
