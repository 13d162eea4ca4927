# dupmark: `make bench` measures and prints the comparison, `make test` runs all tests. Nothing else is needed first.
.DEFAULT_GOAL := help
SHELL := /bin/sh

DUPMARK := node dist/scripts/dupmark.js
# Extra flags: make bench ARGS='--suite smoke --blocks 6'
ARGS ?=

.PHONY: help install build clean
.PHONY: bench bench-full compare targets doctor conform check-headers check-conflicts
.PHONY: test check-native lint schema check-package api-docs
.PHONY: soak soak-selftest faults
.PHONY: report history bisect check-node-openssl node-layer threads connections
.PHONY: profile profile-clinic

help:
	@echo 'make bench     measure SSL_new, SSL_dup and SSL_up_ref on several OpenSSL versions and compare'
	@echo 'make bench-full  what each setting costs, over 200 combinations on every target'
	@echo 'make compare   two targets side by side, and the gate: make compare ARGS="openssl@3.0 openssl@3.5"'
	@echo 'make test      run all tests'
	@echo 'make soak      repeat handles millions of times and say whether one was lost, and whose it was'
	@echo 'make soak-selftest   plant leaks and see each found and named'
	@echo 'make faults    refuse every allocation of every call in turn and say what it makes of it'
	@echo 'make node-layer  what Node adds: addon calls, tls contexts, sockets and connections'
	@echo 'make threads   what operations cost in several threads at once, and what sharing costs'
	@echo 'make connections   what 100,000 handles and thousands of connections hold'
	@echo 'make profile   which lines allocate and which functions run: make profile ARGS="openssl@3.0 openssl@3.5"'
	@echo 'make profile-clinic TOOL=doctor|flame|bubbleprof|heapprofiler|cpu|heap   clinic, or V8 itself, on a worker or a soak'
	@echo 'make report    write the dashboard of all runs, results/report.html'
	@echo 'make history   what a handle costs through OpenSSL releases, and where that changed'
	@echo 'make bisect    the release that changed a figure: make bisect ARGS="--metric new.bytes"'
	@echo 'make targets   list the OpenSSL builds that are here'
	@echo 'make doctor    what of this machine matters, and whether the figures are what a C program would get'
	@echo 'make conform   observe what SSL_dup really carries, on every version, against what is expected'
	@echo 'make check-headers  compile our declarations against the real headers of every version'
	@echo 'make check-conflicts  try every pair of settings on five versions against the conflicts that the catalogue names'
	@echo 'make check-node-openssl  read again which OpenSSL each Node release carries'
	@echo 'make build     install packages, compile TypeScript and the native part'
	@echo 'make check-native   cppcheck, memcheck and sanitizers on the native part'
	@echo 'make check-package   the package packed, installed into an empty project and used there'
	@echo 'make api-docs  the library’s reference, in api-docs/'
	@echo 'make lint      formatting, linting and types'
	@echo 'make clean     remove what was built (results and fetched targets stay)'
	@echo 'ARGS=...       passes flags on, as in: make bench ARGS="--suite smoke"'

# npm ci once per lock file, the compilers once per changed source.
node_modules/.installed: package-lock.json package.json .npmrc
	@node scripts/require-node.cjs
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

install: node_modules/.installed

TS_SOURCES := $(shell find bench scripts examples -name '*.ts' -o -name '*.cts' -o -name '*.css') tsconfig.json tsconfig.worker.json tsconfig.page.json
dist/.built: node_modules/.installed $(TS_SOURCES)
	npm run --silent build:ts
	@touch $@

NATIVE_SOURCES := $(shell find native -path native/build -prune -o -type f -print) $(wildcard examples/addon/*.c)
native/build/.built: node_modules/.installed $(NATIVE_SOURCES) | dist/.built
	npm run --silent build:native
	@touch $@

build: dist/.built native/build/.built

bench: build
	$(DUPMARK) bench $(ARGS)

compare: build
	$(DUPMARK) compare $(ARGS)

# Over 200 combinations of settings; stopped, it goes on with ARGS="--resume RUN" and `make bench`.
bench-full: build
	$(DUPMARK) bench --suite full $(ARGS)

soak: build
	$(DUPMARK) soak $(ARGS)

soak-selftest: build
	$(DUPMARK) soak --selftest $(ARGS)

faults: build
	$(DUPMARK) faults $(ARGS)

node-layer: build
	$(DUPMARK) node-layer $(ARGS)

threads: build
	$(DUPMARK) threads $(ARGS)

connections: build
	$(DUPMARK) connections $(ARGS)

profile: build
	$(DUPMARK) profile $(ARGS)

# Installs clinic on first use, into tools/clinic. A soak: ARGS="--soak handles-dropped --seconds 30".
TOOL ?= doctor
profile-clinic: build
	$(DUPMARK) profile clinic --tool $(TOOL) $(ARGS)

report: build
	$(DUPMARK) report $(ARGS)

history: build
	$(DUPMARK) history $(ARGS)

bisect: build
	$(DUPMARK) bisect $(ARGS)

check-node-openssl: build
	node dist/scripts/check-node-openssl.js $(ARGS)

targets: build
	$(DUPMARK) targets $(ARGS)

conform: build
	$(DUPMARK) conform $(ARGS)

check-headers: build
	node dist/scripts/check-headers.js $(ARGS)

check-conflicts: build
	node dist/scripts/check-conflicts.js $(ARGS)

doctor: build
	$(DUPMARK) doctor $(ARGS)

test: build
	npm test --silent -- $(ARGS)

# cppcheck, valgrind memcheck, and builds with ASan, UBSan and ThreadSanitizer, on the native core.
check-native: build
	node dist/scripts/check-native.js $(ARGS)

lint: node_modules/.installed
	npm run --silent lint
	npx --no-install tsc --noEmit -p tsconfig.json
	npx --no-install tsc --noEmit -p tsconfig.worker.json
	npx --no-install tsc -p tsconfig.page.json

# The JSON Schemas in results/schema, after a change of the document's types.
schema: build
	node -e "import('./dist/bench/document/json-schema.js').then((module) => module.writeSchemas('results/schema'))"

# The package as a user gets it: packed, installed into an empty project, and used there.
check-package: build
	node dist/scripts/check-package.js $(ARGS)

# The library's reference by TypeDoc, which needs a TypeScript of its own and is installed apart.
api-docs: node_modules/.installed
	npm ci --prefix tools/api-docs --no-audit --no-fund --loglevel=error
	tools/api-docs/node_modules/.bin/typedoc --options tools/api-docs/typedoc.json

clean:
	rm -rf dist native/build node_modules/.installed
