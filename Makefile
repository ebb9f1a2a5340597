# Two commands: `make run` and `make test`. Both install what the system lacks, and work from a fresh clone.

SWIFT ?= swift
QUIRE := .build/release/quire

.PHONY: setup build run test test-arm64 test-clients test-plugins lint format zoo-page bench-kernels bench-peers clean

setup:
	@sh scripts/setup.sh

build: setup
	$(SWIFT) build -c release

run: build
	$(QUIRE) generate --prompts ModelZoo/prompts/seed_prompts.txt --temperature 0 --max-tokens 48

test: setup
	$(SWIFT) build -c release --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test -c release --skip-build

# The kernels for arm64, in an emulator.
test-arm64: setup
	sh Tests/CrossKernels/run.sh

# The server and other people's programs: OpenAI's client, generated requests, a browser.
test-clients: build
	sh Tests/Clients/run.sh

# Plugins from outside: the package in docs/examples, as a shared library and linked into a program.
test-plugins: build
	sh scripts/check-example-plugins.sh

lint: setup
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Plugins Tests docs/examples/Package.swift docs/examples/Sources
	sh scripts/check-imports.sh

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Plugins Tests docs/examples/Package.swift docs/examples/Sources

# docs/zoo.md: what the zoo has, and what its test finds.
zoo-page: build
	$(QUIRE) zoo test --page docs/zoo.md

bench-kernels:
	sh Benchmarks/kernels/run.sh

bench-peers: build
	sh Benchmarks/peers/run.sh $(PEERS)

clean:
	rm -rf .build
