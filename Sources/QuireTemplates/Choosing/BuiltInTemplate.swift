/// Templates for models that bring none.
public enum BuiltInTemplate: String, CaseIterable, Sendable {
    /// What Vicuna v1.1 and later were trained on: `USER: … ASSISTANT: …</s>`.
    case vicuna
    /// The messages' texts one after the other, with a line break between them.
    case plain

    public var source: String {
        switch self {
        case .vicuna: Self.vicunaSource
        case .plain: Self.plainSource
        }
    }

    private static let vicunaSource = """
        {%- if messages and messages[0].role == 'system' -%}
            {%- set system = messages[0].content -%}
            {%- set turns = messages[1:] -%}
        {%- else -%}
            {%- set system = "A chat between a curious user and an artificial intelligence assistant. The assistant gives \
        helpful, detailed, and polite answers to the user's questions." -%}
            {%- set turns = messages -%}
        {%- endif -%}
        {{- bos_token }}{{ system -}}
        {%- for message in turns -%}
            {%- if message.role == 'user' -%}
                {{- ' ' if (system if loop.first else loop.previtem.role == 'user') }}USER: {{ message.content -}}
            {%- elif message.role == 'assistant' -%}
                {{- ' ASSISTANT: ' ~ message.content ~ eos_token -}}
            {%- else -%}
                {{- raise_exception("Vicuna knows the roles user and assistant, and system first; not '" ~ message.role ~ "'") -}}
            {%- endif -%}
        {%- endfor -%}
        {{- ' ASSISTANT:' if add_generation_prompt -}}
        """

    private static let plainSource = """
        {{- bos_token -}}
        {%- for message in messages -%}
            {{- '' if loop.first else '\\n' }}{{ message.content -}}
        {%- endfor -%}
        {{- '\\n' if add_generation_prompt and messages -}}
        """
}
