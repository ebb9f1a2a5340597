#!/bin/sh
# Imports run one way: the core knows no plugin, no file format and no HTTP; a plugin knows no other plugin; the hub
# knows nothing of the engine, and the engine nothing of the server.
set -eu

fail=0
complain() {
    echo "check-imports: $1" >&2
    fail=1
}

plugins=$(ls Plugins)

# imports DIR: the modules that the Swift files of DIR import.
imports() {
    find "$1" -name '*.swift' -exec sed -n -E 's/^[[:space:]]*(@[^ ]+ )*import ([A-Za-z]+ )?([A-Za-z_]+).*$/\3/p' {} + | sort -u
}

forbid() { # DIR MODULE
    if imports "$1" | grep -qx "$2"; then complain "$1 imports $2"; fi
}

for plugin in $plugins; do
    for other in $plugins Quire QuireCLI QuireFormats QuireHub QuireTemplates QuireTokenizers; do
        [ "$plugin" = "$other" ] || forbid "Plugins/$plugin" "$other"
        [ "$other" = Quire ] || forbid Sources/QuireCore "$other"
        forbid Sources/QuireJSON "$other"
        forbid Sources/QuireFormats "$other"
        forbid Sources/QuireTokenizers "$other"
        forbid Sources/QuireTemplates "$other"
        [ "$other" = QuireHub ] || forbid Sources/QuireHub "$other"
    done
    forbid Sources/QuireCore "$plugin"
done
for target in QuireFormats QuireHub QuireJSON QuireTokenizers QuireTemplates; do forbid "Sources/$target" QuireCore; done
for target in Quire QuireCore QuireFormats QuireHub QuireJSON QuireTokenizers QuireTemplates; do
    for other in QuireServer QuireLoad QuireCLI; do forbid "Sources/$target" "$other"; done
done
# HTTP belongs to the hub, the server and the load test.
for module in AsyncHTTPClient Hummingbird NIOCore NIOHTTP1; do
    for folder in Quire QuireCore QuireFormats QuireTokenizers QuireTemplates QuireJSON QuireCLI; do
        forbid "Sources/$folder" "$module"
    done
    forbid Plugins "$module"
done
exit $fail
