import Quire
import QuireJSON
import QuireTemplates

/// A conversation and how it is to be written.
struct ChatMessages {
    /// As templates see them.
    let messages: [TemplateValue]
    let addsGenerationPrompt: Bool
    /// Whether the last message is the beginning of the answer.
    let continuesFinalMessage: Bool
    /// More of the template's variables.
    let templateVariables: TemplateDictionary

    init(_ body: inout BodyFields) throws(APIError) {
        messages = try Self.messages(&body)
        continuesFinalMessage = try body.bool("continue_final_message") ?? false
        addsGenerationPrompt = try body.bool("add_generation_prompt") ?? !continuesFinalMessage
        if continuesFinalMessage, addsGenerationPrompt {
            throw .unsupported("continue_final_message", "it excludes add_generation_prompt: true")
        }
        templateVariables = try Self.variables(&body)
    }

    /// - Throws: `TemplateError` where the template refuses them.
    func tokens(by format: ChatFormat) throws(TemplateError) -> [TokenID] {
        try format.tokens(
            of: messages, addsGenerationPrompt: addsGenerationPrompt, continuesFinalMessage: continuesFinalMessage,
            variables: templateVariables)
    }

    private static func variables(_ body: inout BodyFields) throws(APIError) -> TemplateDictionary {
        var variables: TemplateDictionary = [:]
        if let documents = try body.list("documents") {
            variables["documents"] = .list(documents.map(TemplateValue.init))
        }
        for (name, value) in try body.object("chat_template_kwargs") ?? [:] {
            variables[name] = TemplateValue(value)
        }
        return variables
    }

    private static func messages(_ body: inout BodyFields) throws(APIError) -> [TemplateValue] {
        let expected = "a list of objects with a role and a content"
        guard let values = try body.list("messages") else { throw .missing("messages", expected: expected) }
        guard !values.isEmpty else { throw .field("messages", .array([]), expected: "at least one message") }
        var messages: [TemplateValue] = []
        for (index, value) in values.enumerated() {
            let place = "messages[\(index)]"
            guard var members = value.objectValue else { throw .field(place, value, expected: "an object") }
            guard members["role"]?.stringValue != nil else {
                throw .field("\(place).role", members["role"] ?? .null, expected: "a string, such as user")
            }
            members["content"] = try content(members["content"] ?? .null, members, "\(place).content")
            messages.append(TemplateValue(.object(members)))
        }
        return messages
    }

    /// A text, or parts of text that become one.
    private static func content(
        _ value: JSONValue, _ message: JSONMembers, _ place: String
    ) throws(APIError) -> JSONValue {
        switch value {
        case .string: return value
        // An assistant's turn may be a call and nothing else.
        case .null where message["tool_calls"] != nil: return .null
        case .array(let parts):
            var texts: [String] = []
            for (index, part) in parts.enumerated() {
                guard part["type"] == .string("text"), let text = part["text"]?.stringValue else {
                    throw .field(
                        "\(place)[\(index)]", part["type"] ?? part, expected: "a part of type \"text\" with a text")
                }
                texts.append(text)
            }
            return .string(texts.joined(separator: "\n"))
        default: throw .field(place, value, expected: "a string or a list of parts")
        }
    }
}
