import ArgumentParser
import Foundation
import Quire
import QuireJSON
import QuireTemplates

/// `quire template`: what a chat template makes of conversations.
struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Render a chat template for conversations.",
        discussion: """
            Each line of the input is an object of the template's variables: messages, tools, documents, \
            add_generation_prompt, bos_token, eos_token and any other. `now` is what strftime_now shows, such as \
            "2024-07-26 12:00:00"; without it the local time is shown. Each line of the output is {"output":"…"} or \
            {"error":"…"}; where an error stands in the template is said on standard error.
            """)

    @Argument(help: "A file with a Jinja template.") var file: String
    @Option(help: "A file with an object per line.") var input: String

    func run() throws {
        let template: ChatTemplate
        do {
            template = try ChatTemplate(source: try TextFile(file).text)
        } catch let error as TemplateError {
            throw ConfigurationError(place: file, problem: "is no template: \(error)")
        }
        // A line that is no object ends the run before anything is printed.
        let cases = try TextFile(input).lines.map(TemplateCase.init)
        for templateCase in cases {
            do {
                let text = try template.render(templateCase.variables, now: templateCase.now ?? .now)
                Terminal.line(JSONValue.members([("output", .string(text))]).text)
            } catch {
                Terminal.line(JSONValue.members([("error", .string(error.summary))]).text)
                Terminal.error(Terminal.printable("quire: \(templateCase.place): \(file): \(error)"))
            }
        }
    }
}

/// One line of the input.
struct TemplateCase {
    /// The file and the line, for messages.
    let place: String
    let variables: TemplateDictionary
    let now: TemplateTime?

    /// - Throws: a `UserError` that names the place.
    init(_ line: TextFile.Line) throws {
        place = line.place
        let value: TemplateValue
        do {
            value = try TemplateValue(json: line.text.utf8)
        } catch {
            throw ConfigurationError(place: line.place, problem: "is no object: \(error.message)")
        }
        guard let members = value.dictionaryValue else {
            throw ConfigurationError(place: line.place, problem: "is no object of a template's variables")
        }
        variables = TemplateDictionary(zip(members.keys, members.values).filter { $0.0 != "now" })
        now = try members["now"].map { now in
            guard let time = now.stringValue.flatMap(TemplateTime.init) else {
                throw ConfigurationError(
                    place: line.place, problem: "has a 'now' that is no time, such as \"2024-07-26 12:00:00\"")
            }
            return time
        }
    }
}
