#!/usr/bin/env bash
# Packs the library as for a registry, builds a program outside the checkout that has it as its one dependency, and
# compares what the program prints.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo package --quiet --offline --package apklens --no-verify --allow-dirty
crate=$(ls -t target/package/apklens-*.crate | head -1)
mkdir -p "$folder/apklens" "$folder/program/src"
tar -xzf "$crate" -C "$folder/apklens" --strip-components 1

cp tests/packed-crate/main.rs "$folder/program/src"
# The versions that the checkout is tested with: they are on this machine by now.
cp "$folder/apklens/Cargo.lock" "$folder/program"
cat > "$folder/program/Cargo.toml" <<END
[package]
name = "program"
edition = "2024"

[dependencies]
apklens = { path = "../apklens" }
END

fixtures=$PWD/target/fixtures
export CARGO_TARGET_DIR=$PWD/target/packed-crate CARGO_PROFILE_DEV_DEBUG=0
cd "$folder/program"
cargo run --quiet --offline -- "$fixtures/harmless.apk" "$fixtures/not-a-zip.apk" > "$folder/printed"
diff "$folder/printed" - <<END
given.apk nothing-known
given.apk could-not-check
END
