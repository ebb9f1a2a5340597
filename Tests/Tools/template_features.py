"""Small templates that cover the language: one a line, or a text in triple quotes. What they give is Python's word."""

VARIABLES = {
    "name": "Ada", "text": "Hello, World", "words": ["pear", "Apple", "fig", "apple", "Fig"], "numbers": [3, 1, 2, 10, 2],
    "mixed": [1, "a", None, True, 2.5, [1], {"k": "v"}], "empty": [], "none_value": None, "yes": True, "no": False,
    "zero": 0, "pi": 3.14159, "big": 1e16, "small": 1e-5, "one": 1.0, "unicode": "Grüße, 世界 👋🏽 é e\u0301",
    "blank": " \t padded \n ", "lines": "one\ntwo\n\nthree\r\nfour", "markup": "<a href=\"x\">Tom & 'Jerry'</a>",
    "user": {"name": "Ada", "age": 36, "tags": ["x", "y"], "items": "shadowed", "address": {"city": "London"}},
    "people": [{"name": "Bob", "age": 30, "city": "Rome"}, {"name": "alice", "age": 25, "city": "Paris"},
               {"name": "Carl", "age": 30, "city": "rome"}, {"name": "Dora", "age": 41}],
    "tree": [{"v": 1, "c": [{"v": 2, "c": []}, {"v": 3, "c": [{"v": 4, "c": []}]}]}, {"v": 5, "c": []}],
    "tools": [{"type": "function", "function": {"name": "f", "description": "a \"b\" <c>", "parameters": {
        "type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}}}],
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
                 {"role": "assistant", "content": "Hello!", "tool_calls": None}, {"role": "user", "content": "Bye"}],
    "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": True,
}

# Expressions, each printed by a template of its own.
EXPRESSIONS = r"""
1 + 2 * 3 - 4
7 / 2
-7 // 2
-7 % 3
7 % -3
7.5 // -2
-7.5 % 2
2 ** 10
2 ** -1
2 ** 3 ** 2
-2 ** 2
+5
- -5
1e3
1.5e-7
1_000_000
0xff + 0b101 + 0o17
0
00
1e16
1e15
123456789.123456789
1.0
0.1 + 0.2
1e22
1.5e300 * 1e10
-0.0
5 == 5.0
1 == true
"1" == 1
1 < 2 < 3
1 < 3 < 2
1 < 2 > 1
"a" < "b"
"B" < "a"
[1, 2] < [1, 3]
(1, 2) == [1, 2]
(1, 2) < (1, 2, 3)
none == none
none is none
{"a": 1} == {"a": 1.0}
not true
not not 0
true and "x"
0 or "y"
0 and missing.attribute
1 or missing.attribute
"a" in "abc"
"" in ""
"é" in "e\u0301"
3 in [1, 2, 3]
1 in [true]
"k" in {"k": 1}
"z" not in {"k": 1}
1 in range(3)
1.0 in {1: 2}
missing in [1]
1 in missing
"a" ~ 1 ~ none ~ true ~ 1.0
"a" ~ [1, "b"]
"a" "b" 'c'
"tab\tnew\nline\\ \x41 \u00e9 \101 \q"
'it''s'
"x" if yes else "y"
"x" if no
("x" if no) is defined
"a" if no else "b" if no else "c"
("a" if no else "b") ~ "!"
[1, 2, 3]
[1, "a", none, true, 1.5, [], {}, ()]
(1,)
()
(1, 2,)
{"a": 1, "b": [1, 2]}
{1: "x", none: "y", (1, 2): "z", 1.5: "w"}
{"a": 1, "a": 2}
{1: "a", 1.0: "b", true: "c"}
["it's", 'say "hi"', 'both \' and "']
["\n\t\r\\", "\x00\x1f\x7f\x85\xa0\xad", "é世👋"]
unicode
unicode|length
unicode[0]
unicode[-1]
unicode[7:9]
unicode[::-1]
text[0]
text[-1]
text[100]
text[2:5]
text[:-3]
text[-5:]
text[::2]
text[::-1]
text[10:2:-2]
text[100:200]
numbers[1:]
numbers[::-1]
numbers[-2:]
numbers[10]
numbers["a"]
numbers[true]
numbers[1.0]
(1, 2, 3)[1:]
range(10)[2:8:2]
range(5)
range(1, 10, 3)|list
range(5, 0, -2)|list
range(0)|list
range(3)|length
range(3)[1]
range(3)[5]
range(10)[-1]
user.name
user["name"]
user.missing
user.missing is defined
user.items is string
user["items"]
user.items()|list
user.address.city
user["address"]["city"]
user.tags.0
user.tags[1]
user.tags.5 is defined
none_value.x
name.x
name.upper
missing
missing|default("d")
missing is defined
missing is undefined
missing == other_missing
missing|length
missing|list
missing|string
missing or "fallback"
[missing]
missing|upper
missing|join
missing.x
missing["x"]
missing.x|default("d")
missing()
missing + 1
1 + missing
missing < 1
-missing
none + 1
"a" + 1
1 + "a"
"a" * 3
3 * "ab"
"a" * -1
[1] * 2
(1,) * 2
"a" * "b"
"a" - "b"
[1] + [2]
[1] + (2,)
(1,) + (2,)
{} + {}
1 / 0
1 // 0
1 % 0
1.5 / 0
1.5 // 0
1.5 % 0
0 ** -1
none[0]
5[0]
name()
none()
user.name()
"abc"[1:2]
"%s is %d years and %.2f" % ("Ada", 36, 1.5)
"%s" % name
"%s" % [1, 2]
"%(a)s-%(b)05d" % {"a": "x", "b": 42}
"%5s|%-5s|%05d|%+d|% d" % ("a", "b", 42, 7, 7)
"%x %X %o %#x %#o" % (255, 255, 8, 255, 8)
"%e %E %g %G" % (12345.678, 12345.678, 0.00001234, 1e20)
"%c%c" % ("a", 98)
"%r %a" % ("q'", "z")
"100%%" % ()
"%.3s" % "abcdef"
"%*d" % (5, 42)
"%5.1f|%-8.3f|" % (3.14159, 2.5)
"%d" % 3.99
"%d" % "x"
"%s %s" % ("a",)
"%s" % ("a", "b")
"%q" % 1
"%" % 1
"%(k)s" % "x"
"%(k)s" % {}
"%s" % {}
"{} {}".format(1, "b")
"{0} {1} {0}".format("a", "b")
"{a} {b}".format(a=1, b=2)
"{u.name} {u[age]} {l[0]}".format(u=user, l=numbers)
"{:>5}|{:<5}|{:^5}|{:*^7}".format("a", "b", "c", "d")
"{:05d}|{:+d}|{:,}|{:_}|{:x}|{:#b}|{:o}".format(42, 7, 1234567, 1234567, 255, 5, 8)
"{:.2f}|{:10.3f}|{:e}|{:g}|{:%}|{:.1%}".format(3.14159, 2.5, 12345.678, 0.0001, 0.25, 0.125)
"{!r} {!s}".format("a'b", "c")
"{:{}}|{:{w}.{p}}".format("a", 5, 3.14159, w=8, p=3)
"{{}} {}".format(1)
"{".format(1)
"}".format(1)
"{} {}".format(1)
"{x}".format(1)
"{0} {}".format(1)
"{:d}".format("a")
"{:s}".format(1)
"{:.3}".format("abcdef")
"{:.3}|{:.10}|{:.1}|{:.4}".format(123.0, 0.1, 5.0, 1e10)
"{:5}|{:5}|{:<5}|".format(1, "a", true)
"{:-^20}".format("mid")
"{:=+8d}|{:08.2f}|{:<08d}".format(5, -3.14159, 5)
"{[0]}".format([7])
"{a.b}".format(a={"b": 1})
"{:c}".format(65)
[1, 2]|string
1.0|string
none|string
name|list
user|list
"abc"|first
[]|first
[]|first is defined
"abc"|last
[]|last
numbers|first
numbers|last
user|first
user|last
range(3)|last
numbers|min
numbers|max
words|min
words|max
words|max(case_sensitive=true)
empty|min
people|min(attribute="age")
people|max(attribute="name")
numbers|sum
people|sum(attribute="age")
[1.5, 2]|sum
[[1], [2]]|sum(start=[])
numbers|sum(start=100)
["a"]|sum
numbers|sort
numbers|sort(reverse=true)
words|sort
words|sort(case_sensitive=true)
words|sort(true, true)
people|sort(attribute="name")|map(attribute="name")|join(",")
people|sort(attribute="age,name")|map(attribute="name")|join(",")
people|sort(attribute="age", reverse=true)|map(attribute="name")|join(",")
[1, "a"]|sort
"hello"|sort|join
numbers|unique|list
words|unique|list
words|unique(case_sensitive=true)|list
people|unique(attribute="age")|map(attribute="name")|list
[[1]]|unique|list
numbers|reverse|list
"abc"|reverse
user|reverse|list
5|reverse
(1, 2)|reverse|list
numbers|length
user|count
5|length
none|length
words|join(", ")
words|join
numbers|join("-")
people|join(", ", attribute="name")
"abc"|join(".")
[none, true, 1.5]|join("|")
5|join
words|map("upper")|list
words|map("upper")|join(" ")
people|map(attribute="name")|list
people|map(attribute="city", default="?")|list
people|map(attribute="city")|list
people|map(attribute="address.city", default="?")|list
[[1, 2], [3, 4]]|map(attribute=1)|list
[[1, 2], [3, 4]]|map("first")|list
["a", "b"]|map("replace", "a", "x")|list
numbers|map("string")|join
[1, 2]|map|list
[1, 2]|map("nope")|list
[1]|map(attribute="a", other=1)|list
empty|map("nope")|list
numbers|select("odd")|list
numbers|select("gt", 2)|list
[0, 1, "", "a", none]|select|list
[0, 1, "", "a", none]|reject|list
numbers|reject("even")|list
numbers|select("in", [1, 2])|list
people|selectattr("city")|map(attribute="name")|list
people|selectattr("age", "equalto", 30)|map(attribute="name")|list
people|selectattr("age", ">", 26)|map(attribute="name")|list
people|rejectattr("city", "defined")|map(attribute="name")|list
people|rejectattr("age", "==", 30)|list|length
people|selectattr|list
[1]|select("nope")|list
people|groupby("age")|list
people|groupby("city", default="")|map(attribute="grouper")|list
people|groupby("city", default="", case_sensitive=true)|map("first")|list
people|groupby("city")|list
(people|groupby("age"))[0].list|map(attribute="name")|list
user|dictsort|list|length
{"b": 2, "A": 1, "c": 0}|dictsort
{"b": 2, "A": 1, "c": 0}|dictsort(true)
{"b": 2, "A": 1, "c": 0}|dictsort(by="value")
{"b": 2, "A": 1, "c": 0}|dictsort(reverse=true)
{"b": 2}|dictsort(by="x")
{"b": 2, "a": 1}|items|list
missing|items|list
[1]|items|list
{"b": 2, "a": 1}.items()
{"b": 2, "a": 1}.keys()
{"b": 2, "a": 1}.values()
{"b": 2}.items()|list
{"b": 2}.keys()|length
"b" in {"b": 2}.keys()
{"b": 2}.get("b")
{"b": 2}.get("x")
{"b": 2}.get("x", "d")
{"b": 2}.get()
{"b": 2}.copy()
dict(a=1, b=2)
dict([("a", 1), ("b", 2)])
dict({"a": 1}, b=2)
dict(**{"x": 1})
dict.fromkeys(["a", "b"], 0)
{"b": 2}.update({"c": 1})
{"b": 2}.pop("b")
[1].append(2)
[1].sort
numbers.count(2)
numbers.index(10)
numbers.index(99)
(1, 2, 1).count(1)
(1, 2).index(2)
[1, 2].copy()
[1, 2].insert(0, 1)
"a-b-c".split("-")
"a-b-c".split("-", 1)
"a-b-c".rsplit("-", 1)
" a  b c ".split()
" a  b c ".split(none, 1)
" a  b c ".rsplit(none, 1)
"a,b".split("")
"".split()
"".split(",")
"aXbXc".split(sep="X", maxsplit=1)
lines.splitlines()
lines.splitlines(true)
"a\x0bb\x0cc\x1cd\x85e\u2028f".splitlines()
blank.strip()
blank.lstrip()
blank.rstrip()
"xxaxx".strip("x")
"xyaxy".lstrip("xy")
"xyaxy".rstrip("xy")
"abc".startswith("ab")
"abc".startswith(("x", "a"))
"abc".startswith("b", 1)
"abc".endswith("bc")
"abc".endswith(("x", "c"))
"abc".endswith("b", 0, 2)
"abc".startswith(1)
"hello world foo".title()
"they're bill's".title()
"hello"|title
"foo-bar baz(qux) it's"|title
"HELLO wORLD".capitalize()
"HELLO wORLD"|capitalize
"ß straße".upper()
"ΑΣ ΣΑΣ".lower()
"Straße".casefold()
"aBc".swapcase()
"abc".find("c")
"abc".find("x")
"abcabc".rfind("b")
"abcabc".find("b", 2)
"abc".index("x")
"héllo wörld".find("w")
"aaa".count("a")
"aaa".count("aa")
"aaa".count("")
"abcabc".count("b", 2)
"a.b.c".replace(".", "-")
"a.b.c".replace(".", "-", 1)
"abc".replace("", "-")
"abc".replace("", "-", 2)
"5".zfill(3)
"-5".zfill(4)
"+5".zfill(2)
"abc".center(8, "*")
"abc".center(7)
"ab".center(5, ".")
"abc".ljust(6, ".") ~ "|"
"abc".rjust(6, ".")
"abc".rjust(6, "..")
"a\tb\tc".expandtabs(4)
"a=b=c".partition("=")
"a=b=c".rpartition("=")
"abc".partition("=")
"abc".rpartition("=")
"prefix-x".removeprefix("prefix-")
"x.txt".removesuffix(".txt")
"abc".isalpha()
"ab1".isalnum()
"123".isdigit()
"²".isdigit()
"½".isnumeric()
"١٢".isdecimal()
"".isalpha()
" \t".isspace()
"abc".islower()
"ABC1".isupper()
"Hello World".istitle()
"abc".isascii()
"é".isascii()
"a\n".isprintable()
"a_1".isidentifier()
"1a".isidentifier()
", ".join(["a", "b"])
"".join(words)
", ".join([1])
", ".join(5)
"-".join("abc")
"{a}".format_map({"a": 1})
3.7|int
"42"|int
" 42 "|int
"4_2"|int
"42.9"|int
"x"|int
"x"|int(-1)
"ff"|int(0, 16)
"0xff"|int(0, 16)
"0b11"|int(0, 2)
"0x1f"|int(base=0)
none|int
true|int
[]|int(7)
missing|int
"3.5"|float
"x"|float
"x"|float(1.5)
"1e3"|float
" inf "|float
"nan"|float
".5"|float
"5."|float
"1_0.5"|float
none|float
3|float
42.55|round
42.55|round(1)
2.5|round
3.5|round
-2.5|round
0.15|round(1)
2.675|round(2)
42.55|round(1, "floor")
42.55|round(1, "ceil")
42|round
42|round(2)
1234.5|round(-2)
1234|round(-2)
1.5|round(0, "x")
"a"|round
-5|abs
-5.5|abs
"a"|abs
text|upper
text|lower
5|upper
none|upper
text|replace("l", "L")
text|replace("l", "L", 1)
5|replace("5", "6")
blank|trim
"xxaxx"|trim("x")
5|trim
"a b"|wordcount
"one, two-three  four_five"|wordcount
"a b&c/d?é=1"|urlencode
{"a b": "c&d", "e": 1}|urlencode
[("a", 1), ("b", "ü")]|urlencode
text|center(20)
"a\nb\n\nc"|indent
"a\nb\n\nc"|indent(2)
"a\nb\n\nc"|indent(2, true)
"a\nb\n\nc"|indent(2, true, true)
"a\nb"|indent("> ", first=true)
"a\nb\n"|indent(2)
5|indent
"foo bar baz qux"|truncate(9)
"foo bar baz qux"|truncate(9, true)
"foo bar baz qux"|truncate(11)
"foo bar baz qux"|truncate(11, false, "...", 0)
"foobarbaz"|truncate(5, false, "..", 0)
"foo"|truncate(2)
markup|e
markup|escape|escape
markup|forceescape
markup|escape|forceescape
markup|safe
(markup|e) + "<"
"<" + (markup|e)
(markup|e) ~ "<"
[markup|e]
(markup|e)|upper
(markup|e)[0:4]
"<%s>"|safe|format("<")
("<%s>"|safe) % "<"
("{}"|safe).format("<b>")
(markup|e).replace("a", "<")
(", "|safe).join(["<", ">"])
(markup|e) is escaped
markup is escaped
markup|striptags
"<!-- c --> a  <b>b</b>\n c &amp; d"|striptags
{"class": "a b", "id": none, "x": "<"}|xmlattr
{"a": 1}|xmlattr(false)
{"a b": 1}|xmlattr
"%s and %s"|format("a", "b")
"%(x)s"|format(x=1)
"%s"|format("a", x=1)
1000|filesizeformat
1|filesizeformat
999|filesizeformat
1500000|filesizeformat
1024|filesizeformat(true)
1e9|filesizeformat
123456789012|filesizeformat(binary=true)
[1, 2, 3, 4, 5]|batch(2)|list
[1, 2, 3, 4, 5]|batch(2, "x")|list
[1, 2, 3, 4, 5]|slice(3)|list
[1, 2, 3, 4, 5]|slice(3, "x")|list
[1, 2, 3]|slice(0)|list
user|tojson
user|tojson(indent=2)
tools|tojson
tools|tojson(indent=4)
mixed|tojson
unicode|tojson
unicode|tojson(ensure_ascii=true)
{"b": 1, "a": [1, {"z": 1, "y": 2}]}|tojson(sort_keys=true)
{"b": 1, "a": [1, 2]}|tojson(separators=(",", ":"))
{"b": 1, "a": []}|tojson(indent=2, separators=(", ", "= "))
{"b": {}, "a": []}|tojson(indent="\t")
{1: 1, none: 2, true: 3, 1.5: 4}|tojson
"\x00\x1f\x7f\"\\/<>&'"|tojson
1e16|tojson
1.0|tojson
missing|tojson
range(3)|tojson
(1, 2)|tojson
{(1, 2): 1}|tojson
[1, 2]|map("string")|tojson
"a"|attr("upper") is defined
user|attr("name")
user|attr("name") is defined
user|attr("get") is callable
none_value|default("d")
none_value|default("d", true)
""|default("d", true)
0|d("x", boolean=true)
3 is odd
4 is even
4 is divisibleby 2
4 is divisibleby(3)
"a" is odd
3 is number
3.0 is float
3 is integer
true is integer
true is boolean
true is number
true is true
1 is true
false is false
none is none
"a" is string
[] is sequence
"a" is sequence
5 is sequence
{} is sequence
{} is mapping
[] is mapping
[] is iterable
5 is iterable
"a" is iterable
missing is iterable
range is callable
name is callable
"a" is lower
"A" is upper
"" is lower
5 is upper
1 is sameas 1
none is sameas none
[] is sameas []
1 is sameas true
3 is in [1, 2, 3]
3 is not in [1, 2]
1 is eq 1
1 is equalto 1.0
1 is ne 2
1 is lt 2
2 is le 2
3 is gt 2
3 is ge 3
3 is greaterthan 2
3 is lessthan 2
3 is == 3
"upper" is filter
"nope" is filter
"odd" is test
"nope" is test
3 is not odd
not 3 is odd
3 is odd and 4 is even
x is defined or name is defined
user.name is string
missing.x is defined
"a" is nope
"a"|nope
("a"|nope) if no else "b"
("a" is nope) if no else "b"
"a"|nope if yes
name.__class__
name.__class__.__mro__
user.__init__ is defined
"".__class__.__base__
name.__foo__ is defined
namespace(a=1).a
namespace({"a": 1}, b=2).b
namespace(a=1)
namespace(a=1).missing
namespace(_x=1)
namespace(a=1)["a"]
cycler("a", "b").next()
cycler("a", "b").current
joiner()()
joiner("|")() ~ "x"
range()
range(1, 2, 0)
range(100001)
range("a")
range(0, 10, stop=1)
strftime_now("%Y-%m-%d")
strftime_now("%d %B %Y %H:%M:%S")
strftime_now("%a %A %b %B %j %U %W %w %u %V %G %y %p %I %-d %-m %e %k %l %% %D %F %T %R")
strftime_now("%c|%x|%X|%C|%h|%n|%t|%f")
raise_exception("boom")
messages[0]["content"]
messages[-1].role
messages|length
messages[1:]|map(attribute="role")|join(",")
(messages|first).role
(messages|selectattr("role", "equalto", "user")|list)[0].content
messages|map(attribute="tool_calls")|list
messages|map(attribute="tool_calls", default=0)|list
messages|tojson
tools[0].function.parameters.properties.items()|list
tools[0].function.parameters|tojson(indent=2)
tools[0]["function"]|items|list|length
"x" * 0
[[]] * 2
true + true
true * 3
true ~ ""
1.5 ~ ""
-1 ~ ""
1 ~ 2
1 - -1
- 5 % 3
2 * 3 ~ 4
1 + 2 ~ 3
"a" ~ "b" * 2
not 1 == 2
not missing
1 if not missing else 2
[x for x in y]
{"a"}
1 +
(1
[1, 2
{"a": 1
"abc
name.
name..x
name|
name is
1 2
a b
%
#
$
name[
name[1:2:3:4]
name(
f(a=1, 2)
f(**a, b)
f(*a, *b)
a = 1
loop
self
caller
varargs
1 is odd is even
foo.1.2
x.1
1.
"a".b.c
{}.x
[].x
().x
(1).x
(none).x.y
[1, 2].0
"abc".0
-name
+name
-none
-[1]
true.x
1 < "a"
"a" < 1
none < 1
[1] < ["a"]
{} < {}
1 in 5
1 in "abc"
"a" in 5
{}[[]]
{[]: 1}
{"a": 1}[[1]]
[1][none]
[1]["append"]
{}["pop"]
{}["get"] is callable
"abc"["upper"]()
user["get"]("age")
namespace(a=[1, 2]).a[0]
namespace() is defined
namespace(x=1) == namespace(x=1)
range(3) == range(3)
range(0) == range(5, 2)
words is sameas words
words == words|list
"é" == "e\u0301"
"é"|length
{"é": 1}["e\u0301"] is defined
"\u00e9"|upper
"ﬁ"|upper
"ǆ"|title
"\U0001F600"
"\x41\u0042\103"
1.7976931348623157e308
5e-324
1e308 * 10
-1e308 * 10
(1e308 * 10) - (1e308 * 10)
0.1
100.0
1234567.0
0.0001
0.00001
123456789012345680.0
3.0 * 2
7 // 2.0
2 ** 0.5
(-8) ** 0.5 is defined
10 ** 15
9223372036854775807
-9223372036854775807 - 1
9007199254740993 == 9007199254740992.0
"1" ~ 1 == "11"
words[1:]|first
words|first|upper|lower|title
words|list|length > 3
words|length is odd
(words|length) / 2
words|join(",")|upper
[words, numbers]|map("length")|list
[words, numbers]|map("join", "-")|list
people|map(attribute="name")|map("lower")|sort|join(" ")
people|map(attribute="age")|select("gt", 26)|map("string")|join("+")
people|selectattr("city", "in", ["Rome", "Paris"])|list|length
people|selectattr("name", "string")|list|length
people|selectattr("age", "divisibleby", 5)|map(attribute="name")|list
"""

# Templates of several statements, divided by lines of dashes.
TEMPLATES = r"""
{% for x in numbers %}{{ loop.index }}/{{ loop.length }}:{{ x }}{{ "," if not loop.last }}{% endfor %}
----
{% for x in numbers %}{{ loop.index0 }} {{ loop.revindex }} {{ loop.revindex0 }} {{ loop.first }} {{ loop.last }} {{ loop.depth }} {{ loop.depth0 }}
{% endfor %}
----
{% for x in empty %}x{% else %}nothing{% endfor %}
----
{% for x in numbers if x > 1 %}{{ loop.index }}:{{ x }} of {{ loop.length }};{% else %}none{% endfor %}
----
{% for x in numbers if x > 100 %}{{ x }}{% else %}none{% endfor %}
----
{% for k, v in user.items() %}{{ k }}={{ v }};{% endfor %}
----
{% for k, v in {"a": 1, "b": 2}.items() %}{{ k }}={{ v }};{% endfor %}
----
{% for k in {"a": 1, "b": 2} %}{{ k }}{% endfor %}
----
{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}
----
{% for a, b in [(1, 2, 3)] %}{{ a }}{% endfor %}
----
{% for a, b in [(1,)] %}{{ a }}{% endfor %}
----
{% for a, b in [1] %}{{ a }}{% endfor %}
----
{% for a, b in ["xy", "zw"] %}{{ b }}{{ a }}{% endfor %}
----
{% for x in 5 %}{% endfor %}
----
{% for x in none_value %}{% endfor %}
----
{% for x in missing %}x{% else %}empty{% endfor %}
----
{% for c in "héy" %}[{{ c }}]{% endfor %}
----
{% for x in numbers %}{% if x == 2 %}{% break %}{% endif %}{{ x }} {% endfor %}
----
{% for x in numbers %}{% if x == 1 %}{% continue %}{% endif %}{{ x }} {% endfor %}
----
{% for x in numbers %}{% if x > 100 %}{% break %}{% endif %}{% else %}no{% endfor %}
----
{% for x in [1, 2] %}{% for y in [1, 2] %}{% if y == 2 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}{% endfor %}
----
{% for x in [1, 2, 3] %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}
----
{% for x in [1, 2, 3] %}{{ loop.previtem is defined }} {{ loop.nextitem is defined }};{% endfor %}
----
{% for x in [1, 1, 2] %}{{ loop.changed(x) }} {% endfor %}
----
{% for x in [1, 2, 3, 4] %}{{ loop.cycle("a", "b", "c") }}{% endfor %}
----
{% for x in [1] %}{{ loop.cycle() }}{% endfor %}
----
{% for x in tree recursive %}{{ x.v }}{% if x.c %}({{ loop(x.c) }}){% endif %}{% endfor %}
----
{% for x in tree recursive %}{{ loop.depth }}:{{ x.v }} {{ loop(x.c) }}{% else %}-{% endfor %}
----
{% for x in [1] %}{{ loop([2]) }}{% endfor %}
----
{% for x in [1, 2] %}{{ loop }}{% endfor %}
----
{% for x in numbers|select("odd") %}{{ loop.index }} {{ loop.last }} {{ x }};{% endfor %}
----
{% for x in numbers|map("string") %}{{ loop.length }}{{ loop.revindex }} {% endfor %}
----
{% set g = numbers|map("string") %}{% for x in g %}{{ x }}{% endfor %}|{% for x in g %}{{ x }}{% endfor %}
----
{% set g = numbers|map("string") %}{{ g|first }}{{ g|first }}{{ g|list }}{{ g|list }}
----
{% set r = numbers|reverse %}{{ r|list }}{{ r|list }}
----
{% for x in range(3) %}{{ x }}{% endfor %}{{ x }}
----
{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = x + 1 %}{{ x }} {% endfor %}{{ x }}
----
{% set ns = namespace(n=0) %}{% for i in numbers %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}
----
{% set ns = namespace() %}{% set ns.a = 1 %}{% set ns.b = [ns.a] %}{{ ns.a }}{{ ns.b }}{{ ns.c }}{{ ns }}
----
{% set ns = {} %}{% set ns.a = 1 %}
----
{% set missing_ns.a = 1 %}
----
{% set ns = namespace() %}{% set ns._a = 1 %}
----
{% set a, b = 1, 2 %}{{ a }}{{ b }}
----
{% set a, b = [1, 2, 3] %}
----
{% set a = 1, 2 %}{{ a }}
----
{% set ns = namespace() %}{% set ns.a, b = 1, 2 %}{{ ns.a }}{{ b }}
----
{% set x %}a{{ name }}b{% endset %}[{{ x }}]{{ x|length }}
----
{% set x | upper | replace("A", "*") %}a{{ name }}b{% endset %}[{{ x }}]
----
{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y }}
----
{% if yes %}{% set z = 1 %}{% endif %}{{ z }}
----
{% if no %}{% set name = "x" %}{% endif %}{{ name }}
----
{% if no %}a{% elif zero %}b{% elif yes %}c{% else %}d{% endif %}
----
{% if no %}a{% elif zero %}b{% else %}d{% endif %}
----
{% if missing %}a{% else %}b{% endif %}{% if missing is defined and missing.x %}c{% endif %}
----
{% if 1, 0 %}tuple{% endif %}
----
{% for i in [1] %}{% set name = "inner" %}{{ name }}{% endfor %}{{ name }}
----
{% for i in [1, 2] %}{{ fresh }}{% set fresh = i %}{{ fresh }} {% endfor %}
----
{% for i in [1] %}{{ name }}{% endfor %}{% set name = "later" %}{{ name }}
----
{% for i in [1] %}{% if yes %}{{ name }}{% endif %}{% endfor %}{% if no %}{% set name = 1 %}{% endif %}{{ name }}
----
{% macro show() %}{{ name }}{% endmacro %}{{ show() }}{% set name = "later" %}{{ show() }}
----
{% macro show() %}{{ other }}{% endmacro %}{% set other = "later" %}{{ show() }}
----
{% for i in [1, 2] %}{% if i == 1 %}{% set flag = "set" %}{% endif %}{{ flag }};{% endfor %}
----
{% set flag = "outer" %}{% for i in [1, 2] %}{% if i == 1 %}{% set flag = "set" %}{% endif %}{{ flag }};{% endfor %}
----
{% for i in [1, 2] %}{% for j in [1] %}{{ name }}{% endfor %}{% set name = i %}{% endfor %}
----
{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}
----
{% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}
----
{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }}
----
{% with a, b = (1, 2) %}{{ a }}{{ b }}{% endwith %}
----
{% macro f(a, b=2, c="x") %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }}|{{ f(1, 3) }}|{{ f(1, c="y") }}|{{ f(b=1, a=0) }}|{{ f() }}
----
{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ f(1, 2) }}
----
{% macro f(a) %}{{ a is defined }}{% endmacro %}{{ f() }}
----
{% macro f(a) %}{{ a.x }}{% endmacro %}{{ f() }}
----
{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}
----
{% macro f(a) %}{% endmacro %}{{ f(b=2) }}
----
{% macro f(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, x=4) }}
----
{% macro f() %}{% for x in varargs %}{{ x }}{% endfor %}{% endmacro %}{{ f(1, 2) }}{{ f(*[3, 4]) }}
----
{% macro f() %}{{ caller() }}{% endmacro %}{% call f() %}body {{ name }}{% endcall %}
----
{% macro f(x) %}[{{ caller(x, 2) }}]{% endmacro %}{% call(a, b=3) f(1) %}{{ a }}{{ b }}{% endcall %}
----
{% macro f() %}{{ caller() }}{% endmacro %}{{ f() }}
----
{% macro f() %}{{ caller is defined }}{% endmacro %}{{ f() }}{% call f() %}{% endcall %}
----
{% macro f(caller=none) %}{{ caller }}{% endmacro %}{{ f() }}
----
{% macro f(caller) %}{{ caller() }}{% endmacro %}
----
{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}
----
{% macro f() %}{{ name }}{% set name = "in" %}{{ name }}{% endmacro %}{{ f() }}{{ name }}
----
{% macro outer() %}{% macro inner(x) %}<{{ x }}>{% endmacro %}{{ inner(1) }}{% endmacro %}{{ outer() }}{{ inner is defined }}
----
{% macro fact(n) %}{{ 1 if n < 2 else n * (fact(n - 1)|int) }}{% endmacro %}{{ fact(5) }}
----
{% macro f(a) %}{% endmacro %}{{ f.name }} {{ f.catch_kwargs }} {{ f.catch_varargs }} {{ f.caller }} {{ f }}
----
{% macro f(x) %}  {{ x }}
{% endmacro %}{{ f(1)|trim }}{{ f(2)|length }}
----
{% macro render(p, n) %}{% for k, v in p.items() %}{{ "  " * n }}{{ k }}:{% if v is mapping %}
{{ render(v, n + 1) }}{% else %} {{ v }}
{% endif %}{% endfor %}{% endmacro %}{{ render(tools[0], 0) }}
----
{% for i in [1, 2] %}{% macro f() %}{{ i }}{% endmacro %}{{ f() }}{% endfor %}
----
{% set f = name.upper %}{{ f() }}
----
{% filter upper %}a{{ name }}b{% endfilter %}
----
{% filter replace("a", "x") | upper %}banana{% endfilter %}
----
{% filter upper %}{% set hidden = 1 %}{{ hidden }}{% endfilter %}{{ hidden }}
----
{% for i in [1, 2] %}{% filter upper %}x{% if i == 1 %}{% continue %}{% endif %}y{% endfilter %}z{% endfor %}
----
{% generation %}a {{ name }}{% endgeneration %}!
----
{% generation %}{% set gen = 1 %}{{ gen }}{% endgeneration %}{{ gen }}
----
{% for m in messages %}{% if m.role == "assistant" %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}
----
{% block a %}in {{ name }}{% endblock %}
----
{% block a %}x{% endblock %}{{ self.a() }}{{ self.a() }}
----
{% for i in [1] %}{% block a scoped %}{{ i }}{% endblock %}{% endfor %}
----
{% for i in [1] %}{% block a %}{{ i is defined }}{% endblock %}{% endfor %}
----
{% block a %}{% endblock %}{% block a %}{% endblock %}
----
{% block a required %}{% endblock %}
----
{% block a %}{{ super() }}{% endblock %}
----
{% set v = 1 %}{% block a %}{{ v }}{% set v = 2 %}{{ v }}{% endblock %}{{ v }}
----
{% raw %}{{ not }} {% a %} {# c #}{% endraw %}
----
  {%- raw -%}  x  {%- endraw -%}  y
----
{% raw %}
x
{% endraw %}
y
----
a {# comment #} b {#- x -#} c
----
a
{# comment #}
b
{#- comment #}
c
----
a
  {% if yes %}
  b
  {% endif %}
c
----
a
  {%- if yes %}
  b
  {%- endif %}
c
----
a
  {% if yes -%}
  b
  {% endif -%}
c
----
a
  {%+ if yes %}
  b
  {%+ endif +%}
c
----
a  {% if yes %}  b  {% endif %}  c
----
  {{ name }}  
  {{- name -}}  
 x
----
{% if yes %}

two breaks{% endif %}
----
x {% if yes %}y{% endif %}
 z {% set a = 1 %}  
 w
----
	{% if yes %}tab{% endif %}
----
{{ name }}
{{ name }}

----
{{ '{{' }}{{ "%}" }}{{ '#}' }}
----
{{ {"a": {"b": 1}}["a"]["b"] }}{{ {"a": {}} }}
----
{{ [1, [2, [3]]][1][1][0] }}
----
{% set d = {"k": [1, 2, {"z": none}]} %}{{ d.k[2].z }}{{ d.k[2].z is none }}{{ d }}
----
{% print name, 1 %}
----
{% print %}
----
{% set c = cycler("a", "b") %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% set _ = c.reset() %}{{ c.next() }}
----
{% set j = joiner(", ") %}{% for x in numbers %}{{ j() }}{{ x }}{% endfor %}
----
{% for m in messages %}{{ "<|" ~ m.role ~ "|>" }}{{ m["content"] | trim }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}
----
{% for m in messages -%}
    {%- if m['role'] == 'system' -%}
        {{- bos_token + m['content'] + '\n' -}}
    {%- elif (m['role'] == 'user') != (loop.index0 % 2 == 1) -%}
        {{- raise_exception('roles must alternate') -}}
    {%- else -%}
        {{- '[' ~ m.role|upper ~ '] ' ~ m.content -}}
    {%- endif -%}
{%- endfor %}
----
{{ raise_exception("roles must alternate: " ~ messages|map(attribute="role")|join("/")) }}
----
{%- set ns = namespace(sys="", found=false) -%}
{%- for m in messages -%}{%- if m.role == "system" and not ns.found -%}{%- set ns.sys = m.content -%}{%- set ns.found = true -%}{%- endif -%}{%- endfor -%}
{{ ns.sys }}|{{ ns.found }}
----
{%- for m in messages %}
    {%- set c = m.content if m.content is string else m.content|join('') %}
    {{- c }}
{%- endfor %}
----
{% if tools %}{% for t in tools %}{{ t | tojson(indent=2) }}{% endfor %}{% endif %}
----
{% for t in tools %}{% set f = t.function %}{{ f.name }}({% for k, p in f.parameters.properties|items %}{{ k }}: {{ p.type }}{{ ", " if not loop.last }}{% endfor %}){% endfor %}
----
{{ "Date: " ~ strftime_now("%d %b %Y") }}
----
{% set date = strftime_now("%Y") if strftime_now is defined else "x" %}{{ date }}
----
{% set loop_messages = messages[1:] if messages[0].role == "system" else messages %}{% for m in loop_messages %}{{ loop.index0 }}{{ m.role }}{% endfor %}
----
{% set last = messages[-1] %}{{ last.content.split("y")[0] }}{{ last.content.endswith("e") }}
----
{% set t = "<think>a</think>b" %}{{ t.split("</think>")[-1] }}{{ t.split("</think>")[0].split("<think>")[-1] }}{{ "</think>" in t }}
----
{%- set x = namespace(last=messages|length - 1) -%}{% for m in messages[::-1] %}{% set i = messages|length - 1 - loop.index0 %}{{ i }}{{ m.role[0] }}{% if i == x.last %}*{% endif %}{% endfor %}
----
{% if messages[0]["role"] == "system" %}{% set system = messages[0]["content"] %}{% else %}{% set system = "none" %}{% endif %}{{ system }}
----
{{ messages[10].content }}
----
{{ messages[10] }}
----
{{ messages.content }}
----
{{ messages[0].content.missing.x }}
----
{{ user.name.first.letter }}
----
{% set x = user.update({"a": 1}) %}
----
{% set _ = numbers.append(4) %}{{ numbers }}
----
{% do numbers.append(1) %}
----
{% for x in numbers %}{{ x }}
----
{% if yes %}
----
{% endif %}
----
{% for x in numbers %}{% endif %}{% endfor %}
----
{% else %}
----
{% frobnicate %}
----
{% if %}{% endif %}
----
{% for in x %}{% endfor %}
----
{% for x of y %}{% endfor %}
----
{% for x in %}{% endfor %}
----
{% set %}
----
{% set 1 = 2 %}
----
{% set "a" = 2 %}
----
{% set true = 2 %}
----
{% set x = %}
----
{% set x %}
----
{% macro %}{% endmacro %}
----
{% macro f(a=1, b) %}{% endmacro %}
----
{% macro f(1) %}{% endmacro %}
----
{% call 5 %}{% endcall %}
----
{% break %}
----
{% continue %}
----
{% for x in numbers %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}
----
{% for loop in numbers %}{% endfor %}
----
{% for x in numbers %}{% set loop = 1 %}{% endfor %}
----
{{ name
----
{{ name }
----
{% if yes
----
{# never closed
----
{% raw %}never closed
----
{{ "never closed }}
----
{{ name | }}
----
{{ (1 + 2 }}
----
{{ 1 + 2) }}
----
{{ [1, 2) }}
----
{{ }}
----
{% %}
----
{{ 1 if }}
----
{{ a.b.(c) }}
----
{{ name !}}
----
{{ 'a' 'b' ~ "c" }}
----
{% filter nope %}{% endfilter %}
----
{% if no %}{{ name|nope }}{% endif %}ok
----
{% if yes %}{{ name|nope }}{% endif %}
----
{% if no %}{% for x in numbers %}{{ x|nope }}{% endfor %}{% endif %}ok
----
{% if no is nope %}{% endif %}
----
{{ loop }}{{ loop is defined }}
----
{{ range(3) | map("nope") | list }}
----
{{ none|map("upper")|list }}{{ missing|select("odd")|list }}
----
{% set a = [1, 2] %}{% set b = a %}{{ a is sameas b }}{{ a == b }}
----
{{ 1 }}{{ 1.5 }}{{ none }}{{ true }}{{ [] }}{{ {} }}{{ "" }}{{ "s" }}
----
{% for x in [] %}{% endfor %}{{ x is defined }}
----
{% for i in range(3) recursive %}{{ i }}{% if i == 1 and loop.depth < 3 %}<{{ loop(range(3)) }}>{% endif %}{% endfor %}
----
{% set ns = namespace(out="") %}{% for k, v in user|dictsort %}{% set ns.out = ns.out ~ k ~ ";" %}{% endfor %}{{ ns.out }}
----
{% for g in people|groupby("age") %}{{ g.grouper }}: {{ g.list|map(attribute="name")|join(",") }}; {% endfor %}
----
{% for age, list in people|groupby("age") %}{{ age }}={{ list|length }} {% endfor %}
----
{% for row in numbers|batch(2, "-") %}{{ row|join(",") }};{% endfor %}
----
{% for col in numbers|slice(2) %}{{ col|join(",") }};{% endfor %}
----
{{ messages[0].keys()|list }}{{ messages[0].values()|list }}
----
{%- macro tool(t) -%}{"name": "{{ t.function.name }}", "args": {{ t.function.parameters|tojson }}}{%- endmacro -%}
{%- for t in tools %}{{ tool(t) }}{% endfor -%}
----
line1\n{{ "a\nb" }}
----
{{ "a" if yes }}{{ "b" if no }}{{ ("b" if no)|default("c") }}
----
{{ ("b" if no).x }}
----
{{ ("b" if no) + "c" }}
----
{{- bos_token }}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] | trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|system|>" + system_message }}
{%- for message in messages %}
    {{- '<|' + message['role'] + '|>\n' + message['content'] | trim + '\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|assistant|>\n' }}
{%- endif %}
----
{% set messages = messages[1:] %}{{ messages|length }}
----
{% if no %}{% set a = 1 %}{% elif yes %}{% set b = 2 %}{% endif %}{{ a }}{{ b }}
----
{%- for message in messages %}{%- if loop.first and message.role != 'system' %}{{ raise_exception('first') }}{%- endif %}{{ loop.index }}{%- endfor %}
----
{% set x = 5 %}{% macro f(x=x) %}{{ x }}{% endmacro %}{{ f() }}
----
{% macro f(x) %}{{ x }}{% endmacro %}{{ [1, 2]|map("string")|list }}{{ f(f(f("a"))) }}
----
{{ dict(a=1).a }}{{ dict(a=1)|length }}
----
{{ namespace(**{"a": 1}).a }}{{ "{a}".format(**{"a": 1}) }}
----
{{ f(*5) }}
----
{{ range(*[1, 3])|list }}
----
{{ "%s" % (missing) }}|{{ "%s" % missing }}
----
{{ [1,2,3]|join(d=", ") }}{{ [1]|join(x=1) }}
----
{{ "a"|replace("a") }}
----
{{ "a"|upper(1) }}
"""
