// The WebAssembly module gives the same report as the command line, byte for byte, on every fixture and real app.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { zip } from '../browser/zip.mjs';

const REAL = [
  'node_modules/io.appium.settings/apks/settings_apk-debug.apk',
  'node_modules/android-apidemos/apks/ApiDemos-debug.apk',
  'node_modules/appium-uiautomator2-server/apks/appium-uiautomator2-server-v10.6.6.apk',
];
const FIXTURES = readdirSync('target/fixtures')
  .filter((name) => /\.(apk|apks|xapk|apkm|zip)$/.test(name))
  .map((name) => `target/fixtures/${name}`);

// What the module asks of a worker's Blob and FileReaderSync, over bytes that Node read.
class FileBytes {
  constructor(bytes) {
    this.bytes = bytes;
    this.size = bytes.length;
  }

  slice(start, end) {
    return new FileBytes(this.bytes.subarray(start, end));
  }
}
globalThis.FileReaderSync = class {
  readAsArrayBuffer(blob) {
    return new Uint8Array(blob.bytes).buffer;
  }
};

const CHUNK = 1 << 20;
let bindings;
let analyzer;
before(async () => {
  bindings = new Function(`${readFileSync('dist/apklens_core.js', 'utf8')}; return wasm_bindgen;`)();
  await bindings({ module_or_path: readFileSync('dist/apklens_core_bg.wasm') });
  analyzer = new bindings.Analyzer(readFileSync('dist/signatures.bin'));
});

function native(path) {
  try {
    return execFileSync(process.env.APKLENS ?? 'target/release/apklens', ['scan', '--format', 'ndjson', path], {
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    // The exit status tells of finds and of files that could not be checked; the report is there all the same.
    assert.ok(error.status === 1 || error.status === 2, `${path}: ${error}`);
    return error.stdout;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'apklens-'));
after(() => rmSync(folder, { recursive: true }));

/** Archives of several apps: one in another, one beside what is none, one that is carried. */
function archives() {
  const read = (name) => readFileSync(`target/fixtures/${name}`);
  const inner = zip([
    ['deep/stalker.apk', read('stalker.apk')],
    ['letter.apk', Buffer.from('Dear Sir')],
  ]);
  const outer = zip([
    ['harmless.apk', read('harmless.apk')],
    ['inner.zip', inner],
    ['hidden.apk', read('hidden.apk')],
  ]);
  const shell = zip([
    ['AndroidManifest.xml', Buffer.from('none')],
    ['assets/x.bin', read('hidden.apk')],
  ]);
  return [
    ['outer.zip', outer],
    ['shell.apk', shell],
  ].map(([name, bytes]) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  });
}

for (const path of [...REAL, ...FIXTURES, ...archives()]) {
  test(basename(path), () => {
    const idsig = existsSync(`${path}.idsig`) ? new FileBytes(readFileSync(`${path}.idsig`)) : undefined;
    const phases = new Set();
    const reports = analyzer.analyze(
      new FileBytes(readFileSync(path)),
      basename(path),
      idsig,
      (phase) => phases.add(phase),
      undefined,
      path,
    );
    const lines = native(path).toString().trimEnd().split('\n');
    assert.equal(reports, `[${lines.join(',\n')}]`);
    if (JSON.parse(reports)[0].file.size > 0) assert.ok(phases.has('hashing'));
  });
}

test('digests that the browser computed are taken for those of the contents', () => {
  const path = REAL[2];
  const file = new FileBytes(readFileSync(path));
  const chunks = Math.floor(bindings.contentsLength(file) / CHUNK);
  assert.ok(chunks > 10, `${chunks}`);
  const digests = new Uint8Array(chunks * 32);
  for (let index = 0; index < chunks; index += 1) {
    const prefix = Buffer.alloc(5, 0xa5);
    prefix.writeUInt32LE(CHUNK, 1);
    const chunk = file.bytes.subarray(index * CHUNK, (index + 1) * CHUNK);
    digests.set(createHash('sha256').update(prefix).update(chunk).digest(), index * 32);
  }
  const analyze = () => analyzer.analyze(file, basename(path), undefined, undefined, digests);
  assert.equal(analyze(), analyzer.analyze(file, basename(path)));
  digests[40] ^= 1;
  assert.equal(JSON.parse(analyze())[0].signing.status, 'invalid', 'they are what the signature is compared with');
});

test('a file without a signing block has no contents to digest before', () => {
  for (const name of ['unsigned.apk', 'not-a-zip.apk', 'empty.apk']) {
    assert.equal(bindings.contentsLength(new FileBytes(readFileSync(`target/fixtures/${name}`))), 0, name);
  }
});

test('a database that is none is refused in words', () => {
  assert.throws(() => new bindings.Analyzer(new Uint8Array([1, 2, 3])), Error);
});
