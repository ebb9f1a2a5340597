import Foundation
import QuireFormats
import QuireTemplates

extension TemplateError: UserError { public var kind: UserErrorKind { .data } }

extension ChatTemplates {
    /// The templates of a model's folder: `chat_template.jinja`, else what `tokenizer_config.json` holds; and those in
    /// `additional_chat_templates`.
    ///
    /// - Throws: a `UserError` that names the file.
    init(directory: String) throws {
        self = try Self.configured(directory + "/tokenizer_config.json")
        if let source = try Self.text(directory + "/chat_template.jinja") { add(source, named: Self.defaultName) }
        let more = directory + "/additional_chat_templates"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: more).sorted()) ?? []
        where name.hasSuffix(".jinja") {
            if let source = try Self.text("\(more)/\(name)") { add(source, named: String(name.dropLast(6))) }
        }
    }

    private static func configured(_ path: String) throws -> ChatTemplates {
        guard let bytes = try content(path) else { return ChatTemplates() }
        do throws(TemplateError) {
            return try ChatTemplates(tokenizerConfiguration: try TemplateValue(json: bytes))
        } catch {
            throw ConfigurationError(place: path, problem: "has no usable chat template: \(error.message)")
        }
    }

    /// The templates in a GGUF file's metadata.
    init(_ file: GGUFFile) {
        self.init()
        let key = "tokenizer.chat_template"
        if let source = file.metadata[key]?.string { add(source, named: Self.defaultName) }
        for name in file.metadata["tokenizer.chat_templates"]?.strings ?? [] {
            if let source = file.metadata["\(key).\(name)"]?.string { add(source, named: name) }
        }
    }

    /// What a model without a template gets: Vicuna's form where its name says that it is one, else the plain one.
    init(builtInFor model: String) {
        let form: BuiltInTemplate = model.lowercased().contains("vicuna") ? .vicuna : .plain
        self.init(default: form.source)
    }

    /// What a user names: a file with a template, or the name of one of the model's or of those built in.
    ///
    /// - Throws: a `UserError` that lists the names.
    init(finding name: String, among templates: ChatTemplates) throws {
        if let source = try Self.text(name) {
            self.init(default: source)
        } else if let source = templates.sources.first(where: { $0.name == name })?.source {
            self.init(default: source)
        } else if let form = BuiltInTemplate(rawValue: name) {
            self.init(default: form.source)
        } else {
            let names = templates.sources.map(\.name) + BuiltInTemplate.allCases.map(\.rawValue)
            throw OptionError(
                name: "chat_template", value: "'\(name)'",
                expected: "a file with a Jinja template, or one of \(names.joined(separator: ", "))")
        }
    }

    /// The text of a file, or `nil` where it is missing.
    private static func text(_ path: String) throws -> String? {
        guard let bytes = try content(path) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ModelError.unreadable(path: path, reason: "it is not UTF-8 text")
        }
        return text
    }

    private static func content(_ path: String) throws -> Data? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
            return nil
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ModelError.unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
    }
}
