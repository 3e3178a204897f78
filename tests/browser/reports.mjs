/** Reports for the tests of the page, one for each verdict; made up, in the shape that the core gives. */

/** @typedef {import('../../www/app/types/report.js').Report} Report */
/** @typedef {import('../../www/app/types/report.js').Level} Level */

/** A 2 by 2 pixel PNG. */
const ICON = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGMwLV7CYFq8hMG0eAkAHw0ETxkmbZYAAAAASUVORK5CYII=';

const SOURCES = [{ name: 'echap', date: '2026-06-21' }];

/** @returns {Report} An app about which nothing is known. */
export function plain() {
  return {
    schema: 'apklens-report/1',
    tool: { name: 'apklens', version: '0.1.0', database_version: '2026.06.21', database_date: '2026-06-21' },
    file: {
      name: 'calendar.apk',
      size: 4_812_345,
      sha256: 'ab12'.repeat(16),
      sha1: 'cd34'.repeat(10),
      md5: 'ef56'.repeat(8),
    },
    package: {
      name: 'org.example.calendar',
      version_code: 42,
      version_name: '4.2',
      label: 'Garden Calendar',
      labels: { de: 'Gartenkalender' },
      icon: { entry: 'res/icon.png', media_type: 'image/png', data: ICON },
      min_sdk: 21,
      target_sdk: 34,
      launcher: { activity: 'org.example.calendar.Main' },
      debuggable: false,
      allow_backup: true,
      test_only: false,
      cleartext_traffic: false,
    },
    permissions: [{ name: 'android.permission.INTERNET' }, { name: 'android.permission.READ_CALENDAR' }],
    components: [{ kind: 'activity', name: 'org.example.calendar.Main', exported: true, enabled: true }],
    signing: {
      status: 'verified',
      schemes: [{ scheme: 'v2', status: 'holds', verified: true, signers: ['99aa'.repeat(16)], problems: [] }],
      certificates: [
        {
          sha1: '1122'.repeat(10),
          sha256: '99aa'.repeat(16),
          md5: '3344'.repeat(8),
          subject: 'CN=Garden Tools,O=Example',
          issuer: 'CN=Garden Tools,O=Example',
          serial: '5f2c',
          not_before: '2024-01-31T23:59:59Z',
          not_after: '2054-01-31T23:59:59Z',
          key: { algorithm: 'RSA', bits: 2048, sha256: '7788'.repeat(16) },
          signature_algorithm: 'SHA256withRSA',
          verified: true,
        },
      ],
    },
    matches: [],
    capabilities: [
      {
        code: 'use-internet',
        concern: 'ordinary',
        text: 'It can send and receive data over the internet.',
        evidence: ['android.permission.INTERNET'],
      },
    ],
    anomalies: [],
    problems: [],
    verdict: {
      level: 'nothing-known',
      reasons: [{ code: 'nothing-known', text: 'Nothing known was found. That does not rule it out.' }],
    },
  };
}

/**
 * An app that the lists name.
 *
 * @param {'stalkerware' | 'watchware' | 'dual-use'} kind
 * @returns {Report}
 */
export function known(kind) {
  const report = plain();
  const app = /** @type {NonNullable<Report['package']>} */ (report.package);
  Object.assign(app, {
    name: `com.example.${kind.replace('-', '')}.service`,
    label: 'System Update Service',
    labels: {},
    launcher: { activity: null },
  });
  delete app.icon;
  report.file.name = `${kind}.apk`;
  report.capabilities = [
    {
      code: 'read-screen',
      concern: 'high',
      text: 'It can read what is on the screen, in every app.',
      evidence: ['com.example.service.Watcher'],
    },
    {
      code: 'no-icon',
      concern: 'high',
      text: 'It shows no icon among the phone’s apps.',
      evidence: ['AndroidManifest.xml'],
    },
    {
      code: 'read-sms',
      concern: 'sensitive',
      text: 'It can read text messages.',
      evidence: ['android.permission.READ_SMS'],
    },
    {
      code: 'record-audio',
      concern: 'sensitive',
      text: 'It can record sound.',
      evidence: ['android.permission.RECORD_AUDIO'],
    },
    ...report.capabilities,
  ];
  report.matches = [
    {
      family: 'Testfamily',
      class: kind,
      kind: 'c2-domain',
      value: 'collect.example.net',
      place: { entry: 'classes.dex', offset: 51234 },
      context: 'https://collect.example.net/api/v2/upload',
      strength: 'weak',
      sources: SOURCES,
    },
    {
      family: 'Testfamily',
      class: kind,
      kind: 'package',
      value: app.name,
      place: { entry: 'AndroidManifest.xml' },
      strength: 'strong',
      sources: SOURCES,
    },
    {
      family: 'Testfamily',
      class: kind,
      kind: 'certificate-sha1',
      value: '1122'.repeat(10),
      place: {},
      strength: 'conclusive',
      sources: [...SOURCES, { name: 'isdi', date: '2026-03-01' }],
    },
  ];
  report.anomalies = [
    {
      code: 'duplicate-entry',
      place: { entry: 'AndroidManifest.xml', offset: 90112 },
      values: { name: 'AndroidManifest.xml' },
      text: 'The archive holds AndroidManifest.xml twice; Android uses the first.',
    },
  ];
  report.verdict = {
    level: `known-${kind}`,
    families: ['Testfamily'],
    reasons: [
      { code: 'same-signer', values: { family: 'Testfamily' }, text: 'It is signed by the same maker as Testfamily.' },
      {
        code: 'package-name',
        place: { entry: 'AndroidManifest.xml' },
        values: { family: 'Testfamily', value: app.name },
        text: `It has the package name of Testfamily: ${app.name}.`,
      },
      {
        code: 'server',
        place: { entry: 'classes.dex', offset: 51234 },
        values: { family: 'Testfamily', value: 'collect.example.net' },
        text: 'It names a server that Testfamily reports to: collect.example.net.',
      },
    ],
  };
  return report;
}

/** @returns {Report} */
export function worrying() {
  const report = { ...known('stalkerware'), matches: [] };
  report.file.name = 'worrying.apk';
  report.verdict = {
    level: 'worrying-capabilities',
    reasons: [
      {
        code: 'hides-and-watches',
        values: { ways: 'read-messages record-sound' },
        text: 'It shows no icon, it can send data over the internet, and what else it can do serves to watch what happens on the phone: It can read text messages. It can record sound with the microphone. Some parts of a phone\u2019s own system look like this too.',
      },
    ],
  };
  return report;
}

/** @returns {Report} */
export function unreadable() {
  const note = { code: 'not-a-zip', text: 'This is not a ZIP archive, and so not an app.' };
  return {
    ...plain(),
    file: { name: 'letter.apk', size: 31, sha256: '0f'.repeat(32), sha1: '0e'.repeat(20), md5: '0d'.repeat(16) },
    package: null,
    permissions: [],
    components: [],
    capabilities: [],
    signing: { status: 'unreadable', schemes: [], certificates: [] },
    problems: [note],
    verdict: {
      level: 'could-not-check',
      reasons: [
        { code: 'not-all-read', text: 'A part of this file could not be read, so nothing can be said about it.' },
        note,
      ],
    },
  };
}

/** Markup in every string that an app can choose. @returns {Report} */
export function hostile() {
  const markup = '<img src=x onerror="document.title=\'run\'"><script>document.title="run"</script>\u202etxt.exe';
  const report = known('stalkerware');
  const app = /** @type {NonNullable<Report['package']>} */ (report.package);
  Object.assign(app, { name: markup, label: markup, version_name: markup });
  app.icon = { entry: markup, media_type: 'text/html', data: 'PHNjcmlwdD4=' };
  report.permissions = [{ name: markup }];
  report.components = [{ kind: 'service', name: markup, exported: true, enabled: true }];
  for (const match of report.matches) Object.assign(match, { family: markup, value: markup, context: markup });
  report.verdict.families = [markup];
  report.verdict.reasons = [{ code: 'package-name', values: { family: markup, value: markup }, text: markup }];
  report.capabilities = [{ code: 'odd', concern: 'high', text: markup, evidence: [markup] }];
  for (const certificate of report.signing.certificates) certificate.subject = markup;
  return report;
}

/**
 * The reports of the apps in an archive: each is that of the app by itself, with its place.
 *
 * @param {string} archive
 * @param {Report[]} reports Their files' names are their places in it; a report for the archive itself has its name.
 * @returns {Report[]}
 */
export function inside(archive, reports) {
  return reports.map((report) => {
    if (report.file.name === archive) return report;
    const container = { name: archive, size: 9_000_000, sha256: 'c0de'.repeat(16) };
    return { ...report, container, file: { ...report.file, name: `${archive}!/${report.file.name}` } };
  });
}

/** A harmless shell around an app that hides and watches. @returns {Report} */
export function carrier() {
  const report = plain();
  const place = 'assets/fonts/menu.ttf';
  const spy = worrying();
  report.file.name = 'shell.apk';
  report.capabilities.push(...spy.capabilities.map((capability) => ({ ...capability, inside: place })));
  report.parts = [
    { entry: place, role: 'embedded', file: spy.file, package: spy.package ?? null, signing: spy.signing },
  ];
  const [reason] = spy.verdict.reasons;
  const told = `An app inside it (${place}): ${reason?.text}`;
  report.verdict = {
    level: 'worrying-capabilities',
    reasons: [
      { code: 'hides-and-watches', place: { entry: place }, values: { count: '4', inside: place }, text: told },
    ],
  };
  return report;
}

/** One report for each verdict. @returns {Record<Level, Report>} */
export function everyLevel() {
  return {
    'known-stalkerware': known('stalkerware'),
    'known-watchware': known('watchware'),
    'known-dual-use': known('dual-use'),
    'worrying-capabilities': worrying(),
    'nothing-known': plain(),
    'could-not-check': unreadable(),
  };
}
