import Foundation
import QuireTemplates
import Testing

@Suite("Published templates render as in transformers")
struct ConformanceTests {
    static let folder = Repository.conformanceData.appending(path: "templates")
    static let renderings = folder.appending(path: "renderings.jsonl")

    @Test(
        "every row of the published renderings is reproduced, errors included",
        .enabled(if: FileManager.default.fileExists(atPath: renderings.path), "skipped: no conformance data"))
    func everyRow() throws {
        let lines = try Repository.jsonLines(Self.renderings)
        let cases = try #require(lines.first?["cases"]?.dictionaryValue)
        var sources: [String: String] = [:]
        for row in lines.dropFirst() {
            let name = try #require(row["template"]?.stringValue)
            let source = try sources[name] ?? String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            sources[name] = source
            let caseName = try #require(row["case"]?.stringValue)
            var variables = try #require(cases[caseName]?.dictionaryValue)
            variables["bos_token"] = "<s>"
            variables["eos_token"] = "</s>"
            let result = outcome(source, variables)
            #expect(
                result.output.map { Array($0.utf8) } == row["output"]?.stringValue.map { Array($0.utf8) },
                "\(name) \(caseName)")
            #expect(result.error == row["error"]?.stringValue, "\(name) \(caseName)")
        }
        #expect(lines.count > 1)
    }
}
