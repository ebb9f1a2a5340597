"""Chat templates in the manners of published ones, and conversations for them."""

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Weather of a <place>", "parameters": {
        "type": "object", "properties": {
            "place": {"type": "string", "description": "A \"town\""},
            "unit": {"type": "string", "enum": ["C", "F"]},
            "days": {"type": "array", "items": {"type": "integer"}}}, "required": ["place"]}}}

CALL = {"role": "assistant", "content": "", "tool_calls": [{"id": "c1", "type": "function", "function": {
    "name": "get_weather", "arguments": {"place": "Köln", "days": [1, 2], "exact": True, "note": None}}}]}

COMMON = {"bos_token": "<s>", "eos_token": "</s>"}

CASES = {
    "question": {**COMMON, "messages": [{"role": "user", "content": "Hi there"}], "add_generation_prompt": True},
    "system": {**COMMON, "messages": [
        {"role": "system", "content": " Be brief. "}, {"role": "user", "content": "Hi\n"},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\nHello."}, {"role": "user", "content": "«Tschüss» 世界"}],
        "add_generation_prompt": True, "enable_thinking": False},
    "answered": {**COMMON, "messages": [
        {"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}], "add_generation_prompt": False},
    "tools": {**COMMON, "messages": [
        {"role": "user", "content": "Weather?"}, CALL, {"role": "tool", "tool_call_id": "c1", "name": "get_weather",
                                                       "content": "{\"t\": 21.5}"},
        {"role": "assistant", "content": "21.5 degrees"}, {"role": "user", "content": "Thanks"}],
        "tools": [WEATHER], "add_generation_prompt": True},
    "parts": {**COMMON, "messages": [{"role": "user", "content": [
        {"type": "image"}, {"type": "text", "text": "What is this?"}]}], "add_generation_prompt": True},
    "documents": {**COMMON, "messages": [{"role": "user", "content": "Sum up"}], "documents": [
        {"title": "A", "text": "first\ndocument"}, {"title": "B", "text": "second"}], "add_generation_prompt": True},
    "assistant_first": {**COMMON, "messages": [{"role": "assistant", "content": "?"}], "add_generation_prompt": True},
    "nothing": {**COMMON, "messages": [], "add_generation_prompt": True},
}

TEMPLATES = {
    "tags": """{%- for m in messages %}
    {{- '<|open|>' + m.role + '\\n' }}
    {%- if m.content is string %}
        {{- m.content }}
    {%- else %}
        {%- for part in m.content %}
            {%- if part.type == 'image' %}{{ '<|image|>' }}{% elif part.type == 'text' %}{{ part.text }}{% endif %}
        {%- endfor %}
    {%- endif %}
    {{- '<|shut|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|open|>assistant\\n' }}
{%- endif %}
""",
    "brackets": """{{ bos_token }}{% for m in messages %}
{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}
{{ raise_exception('user and assistant must take turns') }}
{% endif %}
{% if m['role'] == 'user' %}
{{ '[Q] ' + m['content'] + ' [/Q]' }}
{% elif m['role'] == 'assistant' %}
{{ ' ' + m['content'] + eos_token }}
{% endif %}
{% endfor %}""",
    "system_first": """{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = '<<' + messages[0]['content'] | trim + '>>' %}{% else %}{% set rest = messages %}{% set system = '' %}{% endif %}
{{ bos_token }}
{% for m in rest %}
{% set content = system + m['content'] if loop.first and system else m['content'] %}
{{ m['role'] | upper }}: {{ content | trim }}{{ eos_token if m['role'] == 'assistant' }}
{% endfor %}
{% if add_generation_prompt %}ASSISTANT:{% endif %}""",
    "namespaces": """{%- set ns = namespace(system='', first=true, tools=0) -%}
{%- for m in messages -%}
    {%- if m.role == 'system' %}{% set ns.system = ns.system ~ m.content ~ '\\n' %}{% endif -%}
    {%- if m.tool_calls is defined and m.tool_calls %}{% set ns.tools = ns.tools + m.tool_calls | length %}{% endif -%}
{%- endfor -%}
{{ ns.system | trim }}|{{ ns.tools }}|
{%- for m in messages if m.role != 'system' %}
{{ '' if ns.first else '\\n' }}{% set ns.first = false %}{{ loop.index }}. {{ m.role }}: {{ m.content | replace('\\n', '⏎') }}
{%- endfor %}""",
    "json_tools": """{%- if tools %}
{{- 'Tools:\\n' }}
{%- for tool in tools %}
{{- tool | tojson }}{{ '\\n' }}
{%- endfor %}
{%- endif %}
{%- for m in messages %}
{%- if m.role == 'assistant' and m.tool_calls %}
{%- for call in m.tool_calls %}
{{- '<call>' }}{{ {'name': call.function.name, 'arguments': call.function.arguments} | tojson }}{{ '</call>\\n' }}
{%- endfor %}
{%- elif m.role == 'tool' %}
{{- '<result>' + m.content + '</result>\\n' }}
{%- else %}
{{- m.role + ': ' + m.content | string + '\\n' }}
{%- endif %}
{%- endfor %}""",
    "xml_tools": """{%- macro schema(name, p, level=0) -%}
{{ '  ' * level }}<{{ name }} type="{{ p.type }}"{% if p.enum %} one-of="{{ p.enum | join('|') }}"{% endif %}>
{% if p.properties is defined %}
{% for k, v in p.properties | dictsort %}
{{ schema(k, v, level + 1) }}
{%- endfor %}
{% elif p['items'] is mapping %}
{{ schema('item', p['items'], level + 1) }}
{%- endif %}
{{ '  ' * level }}</{{ name }}>
{% endmacro -%}
{% for t in tools or [] %}
{{ schema(t.function.name, t.function.parameters) }}
{%- endfor %}
{% for m in messages %}
{% for call in m.tool_calls or [] %}
{% for k, v in call.function.arguments.items() %}
<arg name="{{ k }}">{{ v if v is string else v | tojson }}</arg>
{% endfor %}
{% else %}
{{ m.content }}
{% endfor %}
{% endfor %}""",
    "thinking": """{% set think = enable_thinking is not defined or enable_thinking %}
{%- for m in messages -%}
{%- set text = m.content -%}
{%- if m.role == 'assistant' and '</think>' in text -%}
    {%- set text = text.split('</think>')[-1].lstrip('\\n') -%}
{%- endif -%}
<{{ m.role }}>{{ text }}</{{ m.role }}>
{% endfor -%}
{%- if add_generation_prompt -%}
<assistant>{{ '<think>\\n' if think else '<think>\\n\\n</think>\\n\\n' }}
{%- endif -%}""",
    "documents": """{%- if documents is defined and documents %}
{%- for d in documents %}
Document {{ loop.index }} of {{ loop.length }}: {{ d.title }}
{{ d.text | indent(4, true) }}
{% endfor %}
{%- else %}
No documents.
{% endif %}
{%- for m in messages[::-1] %}{{ loop.revindex }}{{ m.role[0] | upper }} {% endfor %}
{{- messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list | length }} questions
""",
    "date": """{%- set date = date_string | default(strftime_now('%d %b %Y')) -%}
Today: {{ date }}{{ strftime_now(' (%A, week %V)') }}
{% for m in messages %}{% if not loop.first and loop.previtem.role == m.role %}{{ raise_exception('twice ' ~ m.role) }}{% endif %}{{ loop.cycle('-', '*') }} {{ m.content }}
{% else %}
nothing said
{% endfor %}""",
    "generation": """{%- for m in messages %}
{%- if m.role == 'assistant' %}
{{- '<a>' }}{% generation %}{{ m.content }}{{ eos_token }}{% endgeneration %}
{%- else %}
{{- '<' ~ m.role ~ '>' ~ m.content }}
{%- endif %}
{%- endfor %}""",
    "calls": """{%- macro wrap(tag) -%}<{{ tag }}>{{ caller(tag | length) }}</{{ tag }}>{%- endmacro -%}
{%- for m in messages -%}
{%- call(n) wrap(m.role) -%}{{ n }}:{{ m.content if m.content is string else m.content | map(attribute='type') | join('+') }}{%- endcall -%}
{%- endfor -%}""",
    "breaks": """{% for m in messages %}
{% if m.role == 'system' %}{% continue %}{% endif %}
{% if loop.index > 3 %}{% break %}{% endif %}
{{ loop.index0 }} {{ '%-10s|' | format(m.role) }} {{ '{:>8}'.format(m.role) }} {{ m.content | string | truncate(12) }}
{% endfor %}""",
}
