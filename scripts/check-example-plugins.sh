#!/bin/sh
# Builds the package in docs/examples as its readers would, and uses it with this checkout's quire: as a shared library
# from a clean copy of the repository, as a program with the parts linked in, and a skeleton of `quire plugins new`.
set -eu
cd "$(dirname "$0")/.."

quire=$PWD/.build/release/quire
golden=$PWD/docs/examples/golden
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

fail() {
    echo "check-example-plugins: $1" >&2
    exit 1
}

says() { # TEXT COMMAND…: the command succeeds, and its output has the text.
    text=$1
    shift
    output=$("$@" 2>&1) || fail "'$*' failed: $output"
    case $output in
    *"$text"*) echo "ok: $*" ;;
    *) fail "'$*' does not say '$text' but: $output" ;;
    esac
}

# What a clone would have, and what is not committed yet: the library's sources must be the program's.
clone=$temporary/quire
mkdir "$clone"
git ls-files --cached --others --exclude-standard -z >"$temporary/files"
tar -c --null -T "$temporary/files" -f - | tar -x -f - -C "$clone"
# The versions of dependencies that this checkout was built with.
cp Package.resolved "$clone/docs/examples/" 2>/dev/null || true

make -C "$clone/docs/examples" plugin
library=$(ls "$clone"/docs/examples/libExample.*)
says "3 passed, 0 failed, 0 not checked" \
    "$quire" plugins verify "$library" --golden "$golden" --extra-args dry_multiplier=0.8
says "0 5 8 74 5 75 28" "$quire" generate --plugin "$library" --model "$golden" --attention-backend streaming \
    --prompt-token-ids "7 3 9 4" --temperature 0 --max-tokens 12

# Another package in the same build folder, so that the core is not built once more.
"$quire" plugins new --kind sampler --name MySampler --output "$temporary/MySampler" --quire "$clone"
cp Package.resolved "$temporary/MySampler/" 2>/dev/null || true
make -C "$temporary/MySampler" BUILD="$clone/docs/examples/.build" QUIRE="$quire" verify

# The program shares this checkout's build folder: a copy would take as long as Quire itself.
cp Package.resolved docs/examples/ 2>/dev/null || true
make -C docs/examples BUILD="$PWD/.build" program
says "0 5 8 74 5 75 28" .build/release/my-quire generate --model "$golden" --attention-backend streaming \
    --prompt-token-ids "7 3 9 4" --temperature 0 --max-tokens 12
says "streaming" .build/release/my-quire plugins
