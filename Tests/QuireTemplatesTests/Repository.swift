import Foundation
import QuireTemplates
import Testing

/// Where tests find their data.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let fixtures = root.appending(path: "Tests/Fixtures/templates")
    static let conformanceData = URL(
        fileURLWithPath: ProcessInfo.processInfo.environment["QUIRE_CONFORMANCE_DATA"]
            ?? root.appending(path: "../shared/data").standardizedFileURL.path)

    /// The lines of a file as JSON values.
    static func jsonLines(_ file: URL) throws -> [TemplateValue] {
        try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { try TemplateValue(json: $0) }
    }
}

/// The moment that all expectations were made with.
let goldenTime = TemplateTime(year: 2024, month: 7, day: 26, hour: 12) ?? .now

/// Renders as the command does: the text, or the error as Python says it.
func outcome(_ source: String, _ variables: TemplateDictionary = [:]) -> (output: String?, error: String?) {
    do {
        return (try ChatTemplate(source: source).render(variables, now: goldenTime), nil)
    } catch {
        return (nil, error.summary)
    }
}

/// The text that a template gives without failing.
func rendered(_ source: String, _ variables: TemplateDictionary = [:]) throws -> String {
    try ChatTemplate(source: source).render(variables, now: goldenTime)
}

/// The error that a template fails with, when it is read or rendered.
func failure(_ source: String, _ variables: TemplateDictionary = [:], limits: TemplateLimits = .init())
    -> TemplateError?
{
    do {
        _ = try ChatTemplate(source: source, limits: limits).render(variables, now: goldenTime)
        return nil
    } catch {
        return error
    }
}
