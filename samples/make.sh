#!/usr/bin/env bash
# Builds the practice apps from source: aapt2 packs them, apksigner signs them. What it makes is committed in
# www/data/practice, so that the page is built without Android's tools: run it when something here has changed.
#
#   samples/make.sh [FOLDER]
#
# The apps hold no program (`hasCode="false"`) and do nothing. The keys are published here on purpose (password: apklens):
# keys/samplespy.p12 is that of the made-up maker whose certificate www/data/practice/ioc.yaml names, keys/others.p12 is
# everybody else's.
set -euo pipefail
OUT=$(realpath "${1:-$(dirname "${BASH_SOURCE[0]}")/../www/data/practice}")
cd "$(dirname "${BASH_SOURCE[0]}")"
FRAMEWORK=/usr/share/android-framework-res/framework-res.apk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make APP KEY
make() {
  aapt2 compile --dir "apps/$1/res" -o "$work/resources.zip"
  aapt2 link -I "$FRAMEWORK" --manifest "apps/$1/AndroidManifest.xml" --min-sdk-version 26 --target-sdk-version 33 \
    -o "$work/linked.apk" "$work/resources.zip"
  zipalign -f 4 "$work/linked.apk" "$work/$1.apk"
  apksigner sign --ks "keys/$2.p12" --ks-pass pass:apklens --ks-key-alias "$2" \
    --v1-signing-enabled false --v4-signing-enabled false --out "$OUT/$1.apk" "$work/$1.apk"
}

make system-service samplespy
make family-map others
make device-management others
make calculator others
# A copy that broke off: the first app without its end.
head -c 4096 "$OUT/system-service.apk" >"$OUT/copy-from-phone.apk"
