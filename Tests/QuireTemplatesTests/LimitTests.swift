import Foundation
import QuireTemplates
import Testing

/// Templates are untrusted: each of these would run for ever, or take all memory or the whole stack.
@Suite("Hostile templates are stopped with an error")
struct LimitTests {
    static let endless: [String] = [
        "{% for a in range(100000) %}{% for b in range(100000) %}{{ a }}{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{% for b in range(100000)|select('gt', 100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{{ -1 in range(100000) }}{% endfor %}",
        "{% set s = 'a' * 15000000 %}{% for i in range(100000) %}{{ s == s ~ '' }}{% endfor %}",
        "{% set s = ' ' * 15000000 %}{% for i in range(100000) %}{{ s.strip() }}{% endfor %}",
        "{% set k = 'a' * 10000000 %}{% for i in range(100000) %}{% set d = {k: 1} %}{% endfor %}",
        "{% set l = range(100000)|list %}{% for i in range(100000) %}{% set x = l[1:] %}{% endfor %}",
    ]
    static let recursive: [String] = [
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f(n) %}{% for i in [1, 2] %}{% if true %}{{ f(n + 1) ~ f(n) }}{% endif %}{% endfor %}{% endmacro %}{{ f(0) }}",
        "{% macro f() %}{% call f() %}{{ caller() }}{% endcall %}{{ caller }}{% endmacro %}{{ f() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% block a %}{{ self.a() }}{% endblock %}",
        "{% set n = namespace() %}{% set n.n = n %}{{ n }}",
        "{% set n = namespace(s=[1]) %}{% for i in range(100000) %}{% set n.s = [n.s] %}{% endfor %}",
        "{% set n = namespace(s=[1]) %}{% for i in range(100000) %}{% set n.s = n.s|map('string') %}{% endfor %}",
        "{% set n = namespace(s=1) %}{% for i in range(100000) %}{% set n.s = cycler(n.s) %}{% endfor %}",
        "{% set n = namespace(s='') %}{% for i in range(100000) %}{% set n.s = [n.s].index %}{% endfor %}",
    ]
    static let huge: [String] = [
        "{{ 'x' * 10000000000 }}",
        "{{ [0] * 10000000000 }}",
        "{% set n = namespace(s='x') %}{% for i in range(100) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% set n = namespace(s=[1]) %}{% for i in range(100) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{% set n = namespace(s=[1]) %}{% for i in range(90) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
        "{% set n = namespace(s=[1]) %}{% for i in range(90) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s|tojson }}",
        "{% set n = namespace(s=(1,)) %}{% for i in range(90) %}{% set n.s = (n.s, n.s) %}{% endfor %}{{ {n.s: 1} }}",
        "{% set n = namespace(s=(1,), t=(1,)) %}{% for i in range(90) %}{% set n.s = (n.s, n.s) %}{% set n.t = (n.t, n.t) %}"
            + "{% endfor %}{{ n.s < n.t }}",
        "{% set s = 'x' * 1000000 %}{% for i in range(100000) %}{{ s }}{% endfor %}",
        "{% set s = 'a ' * 8000000 %}{{ s.split()|length }}",
        "{% set s = 'a' * 16000000 %}{{ s.split('a')|length }}",
        "{% set s = '\\n' * 16000000 %}{{ s.splitlines()|length }}",
        "{% set s = 'a' * 16000000 %}{{ s|list|length }}",
        "{% set s = 'a' * 10000000 %}{{ s|replace('a', 'b' * 1000)|length }}",
        "{{ 'x'|center(10000000000) }}", "{{ 'x'.zfill(10000000000) }}", "{{ 'x'|indent(10000000000) }}",
        "{{ '%10000000000d' % 1 }}", "{{ '%*d' % (-9223372036854775807 - 1, 1) }}", "{{ '%.1000000000f' % 1.5 }}",
        "{{ '{:10000000000}'.format(1) }}", "{{ [1]|batch(100000000000, 0)|list }}",
        "{{ [1]|slice(100000000000)|list }}", "{{ {'a': [1] * 1000}|tojson(indent=1000000) }}",
        "{% for i in range(100000) %}{% for j in range(100) %}{% set n = namespace(a=1) %}{% endfor %}{% endfor %}",
    ]

    @Test("loops without an end", arguments: endless)
    func stopsLoops(source: String) throws {
        #expect(try #require(failure(source)).kind == .limit)
    }

    @Test("recursion without an end, on a stack of 512 KiB", arguments: recursive)
    func stopsRecursion(source: String) throws {
        #expect(try #require(failureOnSmallStack(source)).kind == .limit)
    }

    @Test("values and outputs without bounds", arguments: huge)
    func stopsGrowth(source: String) throws {
        #expect(try #require(failure(source)).kind == .limit)
    }

    @Test(
        "nesting in the source, on a stack of 512 KiB",
        arguments: [
            ("{{ ", "(", "1"), ("{{ ", "[", ""), ("{{ ", "{1:", ""), ("{{ ", "not ", "1 }}"), ("{{ ", "-", "1 }}"),
            ("", "{% if 1 %}", ""), ("", "{% for x in [1] %}", ""), ("", "{% macro f() %}", ""), ("{{ 1", "+1", " }}"),
            ("{{ 1", " if 1 else 1", " }}"), ("{{ a", ".b", " }}"), ("{{ a", "[0]", " }}"), ("{{ a", "()", " }}"),
            ("{{ a", "|e", " }}"), ("{% set ", "(", "a"), ("{{ a", " and b", " }}"), ("{{ a", "(b", " }}"),
        ])
    func nesting(start: String, part: String, end: String) throws {
        for count in [60, 200, 20_000] {
            let source = start + String(repeating: part, count: count) + end
            let error = failureOnSmallStack(source)
            if count > 100 { #expect(error?.kind == .limit || error?.kind == .syntax, "\(part)") }
        }
    }

    @Test(
        "numbers at the ends of their range are used or refused, and trap nowhere",
        arguments: [
            "{{ 'x'.center(LOW) }}", "{{ '-5'.zfill(LOW) }}", "{{ 'x'|indent(LOW) }}", "{{ 'abc'[LOW:] }}",
            "{{ 'abc'[::LOW] }}", "{{ 'abc'[HIGH:LOW:HIGH] }}", "{{ [1][LOW] }}", "{{ 'abc'[LOW] }}",
            "{{ 'abc'[HIGH] }}",
            "{{ range(HIGH - 7, HIGH)[::2] }}", "{{ range(LOW, HIGH, HIGH)|list }}", "{{ range(5)[:2:HIGH] }}",
            "{{ LOW % -1 }}", "{{ LOW // -1 }}", "{{ LOW|abs }}", "{{ -LOW }}", "{{ LOW * -1 }}", "{{ HIGH ** HIGH }}",
            "{{ 1.5|round(LOW) }}", "{{ 1.5|round(HIGH) }}", "{{ 5|round(LOW) }}", "{{ 'aaa'.count('a', LOW, HIGH) }}",
            "{{ 'aaa'.find('a', HIGH) }}", "{{ 'x'|truncate(HIGH) }}", "{{ 'xxxxxxxxxxx'|truncate(3, leeway=HIGH) }}",
            "{{ '%*d' % (LOW, 1) }}", "{{ '%.*f' % (HIGH, 1.5) }}", "{{ '\t'.expandtabs(LOW) }}",
            "{{ [1]|batch(LOW)|list }}",
            "{{ [1]|slice(LOW)|list }}", "{{ 'a b'.split(none, LOW) }}", "{{ 'aa'.replace('a', 'b', LOW) }}",
            "{{ 'a' * LOW }}",
            "{{ 1e300|int }}", "{{ (1e308 * 10)|int }}", "{{ (1e308 * 10)|filesizeformat }}",
            "{{ '{:c}'.format(LOW) }}",
            "{{ [1]|tojson(indent=LOW) }}",
        ])
    func extremes(template: String) {
        let source = template.replacingOccurrences(of: "LOW", with: "(-9223372036854775807 - 1)")
            .replacingOccurrences(of: "HIGH", with: "9223372036854775807")
        let error = failure(source)
        #expect(error == nil || error?.position != nil)
    }

    @Test("a source with many variables, branches or scopes is refused or read in good time")
    func largeSources() {
        let variables = (0..<450).map { "{%set v\($0)=1%}" }.joined()
        #expect(failure(variables + String(repeating: "{%if a%}{%set v1=2%}{%endif%}", count: 8_500)) == nil)
        #expect(failure(variables + String(repeating: "{%for x in y%}{%endfor%}", count: 9_000)) == nil)
        #expect(failure((0..<5_000).map { "{%set v\($0)=1%}" }.joined())?.kind == .limit)
    }

    @Test("limits can be set, and a template that keeps to them is not stopped")
    func settings() throws {
        var limits = TemplateLimits()
        limits.steps = 1_000
        #expect(failure("{% for i in range(50) %}{{ i }}{% endfor %}", limits: limits) == nil)
        #expect(failure("{% for i in range(500) %}{{ i }}{% endfor %}", limits: limits)?.kind == .limit)
        limits = TemplateLimits()
        limits.outputBytes = 10
        #expect(failure("0123456789", limits: limits) == nil)
        #expect(failure("0123456789{{ 1 }}", limits: limits)?.kind == .limit)
        limits = TemplateLimits()
        limits.sourceBytes = 10
        #expect(failure("0123456789a", limits: limits)?.kind == .limit)
    }

    @Test("a long conversation is far from every limit")
    func longConversation() throws {
        let text = String(repeating: "A line of a long text with some words in it.\n", count: 70_000)
        let messages = (0..<1_000).map { index -> TemplateValue in
            ["role": .string(index % 2 == 0 ? "user" : "assistant"), "content": .string(index == 0 ? text : "Hello")]
        }
        let source = """
            {% for m in messages %}{% set c = m.content|trim %}{% if '</x>' in c %}{{ c.split('</x>')[-1] }}{% else %}\
            {{ '<' ~ m.role ~ '>' + c }}{% endif %}{% endfor %}
            """
        #expect(try rendered(source, ["messages": .list(messages)]).utf8.count > text.utf8.count)
    }
}

/// As `failure`, on a thread with as little stack as any system gives to threads.
func failureOnSmallStack(_ source: String) -> TemplateError? {
    let done = DispatchSemaphore(value: 0)
    let box = ErrorBox()
    let thread = Thread {
        box.error = failure(source)
        done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
    return box.error
}

/// Handed from one thread to another, which waits for it.
private final class ErrorBox: @unchecked Sendable {
    var error: TemplateError?
}
