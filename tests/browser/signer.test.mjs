/** What the page says about the signer: the dates of a certificate, the rights of earlier keys, what "same maker" means. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertAccessible } from './axe.mjs';
import { answered, choose, screenshot, text, texts } from './harness.mjs';
import { known, plain } from './reports.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('../../www/app/types/report.js').Certificate} Certificate */

/** The dates of a certificate, and what is said of them. */
const DATES = /** @type {[string, string, RegExp | null][]} */ ([
  [
    '1999-01-01T00:00:00Z',
    '2009-01-01T00:00:00Z',
    /has expired\. Android does not look at the date.*says nothing about the app/,
  ],
  ['2009-01-01T00:00:00Z', '1999-01-01T00:00:00Z', /has expired/],
  ['2999-01-01T00:00:00Z', '3009-01-01T00:00:00Z', /not valid yet\. Android does not look/],
  ['2024-01-01T00:00:00Z', '2051-05-19T00:00:00Z', /valid for decades\. That is usual/],
  ['2020-01-01T00:00:00Z', '3019-12-31T00:00:00Z', /more than a hundred years.*nothing about the app either way/],
  ['2020-01-01T00:00:00Z', '2035-01-01T00:00:00Z', null],
  ['', '', null],
]);

inEveryBrowser('signer', (suite) => {
  it('says what the dates of a certificate mean, by the day of the check', async () => {
    const page = await suite.open();
    const report = plain();
    const [pattern] = report.signing.certificates;
    report.signing.certificates = DATES.map(([from, until], index) => ({
      .../** @type {Certificate} */ (pattern),
      not_before: from,
      not_after: until,
      sha256: String(index).repeat(64),
    }));
    await choose(page, [await suite.files.add('dates.apk', { report })]);
    await answered(page);
    await unfold(page);
    const told = await page.$$eval('.certificate', (all) =>
      all.map((one) => one.querySelector('p.quiet')?.textContent ?? ''),
    );
    assert.equal(told.length, DATES.length);
    for (const [index, [from, until, expected]] of DATES.entries()) {
      if (expected) assert.match(told[index] ?? '', expected, `${from} – ${until}`);
      else assert.equal(told[index], '', `${from} – ${until}`);
    }
    await assertAccessible(page, 'dates of certificates');
    await screenshot(page, `dates-${suite.name}`);
  });

  it('names the rights that an earlier key keeps, and does not call the key that signs an earlier one', async () => {
    const page = await suite.open();
    const report = plain();
    const own = /** @type {Certificate} */ (report.signing.certificates[0]);
    report.signing.lineage = [
      { certificate: { ...own, sha256: '0'.repeat(64) }, capabilities: ['installed-data', 'rollback'] },
      { certificate: { ...own, sha256: '1'.repeat(64) }, capabilities: [] },
      { certificate: own, capabilities: ['installed-data', 'shared-uid', 'permission', 'auth'] },
    ];
    await choose(page, [await suite.files.add('rotated.apk', { report })]);
    await answered(page);
    await unfold(page);
    assert.deepEqual(await texts(page, '.certificate h5'), [
      'Certificate',
      'Earlier certificate',
      'Earlier certificate',
    ]);
    const [, first, second] = await texts(page, '.certificate');
    assert.match(
      first ?? '',
      /still counts for: updates that keep the app’s data and going back to a version that it signed\./,
    );
    assert.match(second ?? '', /no longer counts for anything/);
  });

  it('tells a signature that no version looks at from one that does not hold, and which versions go by which certificate', async () => {
    const page = await suite.open();
    const report = plain();
    const own = /** @type {Certificate} */ (report.signing.certificates[0]);
    report.signing.schemes = /** @type {const} */ (['not-used', 'not-reached', 'fails', 'holds']).map(
      (status, index) => ({
        scheme: /** @type {import('../../www/app/types/report.js').Scheme} */ (`v${index}`),
        status,
        verified: status === 'holds',
        signers: [],
        problems: [],
      }),
    );
    const older = {
      ...own,
      sha256: '0'.repeat(64),
      sdk_levels: [
        { min: 21, max: 27 },
        { min: 30, max: 30 },
      ],
    };
    report.signing.certificates = [{ ...own, sdk_levels: [{ min: 31 }] }, older];
    report.signing.lineage = [
      { certificate: older, capabilities: ['rollback'] },
      { certificate: own, capabilities: [] },
    ];
    await choose(page, [await suite.files.add('schemes.apk', { report })]);
    await answered(page);
    await unfold(page);
    const told = (await texts(page, 'section p')).join('\n');
    for (const part of [
      /Scheme v0: there, not used on the Android versions that can run this app\./,
      /Scheme v1: there, not checked, because a newer one does not hold\./,
      /Scheme v2: does not hold\./,
      /Scheme v3: holds\./,
    ])
      assert.match(told, part);
    const [first, second] = await texts(page, '.certificate');
    assert.match(first ?? '', /Used by Android on SDK levels: 31 and higher\./);
    assert.match(
      second ?? '',
      /Used by Android on SDK levels: 21–27 and 30\..*going back to a version that it signed\./s,
    );
    assert.deepEqual(await texts(page, '.certificate h5'), ['Certificate', 'Certificate']);
  });

  it('explains “signed by the same maker” where a match rests on a key, and only there', async () => {
    const page = await suite.open();
    await choose(page, [await suite.files.add('same.apk', { report: known('stalkerware') })]);
    await answered(page);
    assert.equal(await text(page, '[data-part=same-maker] summary'), 'What does “signed by the same maker” mean?');
    assert.equal(await page.$('[data-part=same-maker][open]'), null, 'folded');
    await page.click('[data-part=same-maker] summary');
    const told = (await texts(page, '[data-part=same-maker] li')).join('\n');
    for (const part of [
      /private key/,
      /several names/,
      /sold, shared or stolen/,
      /Some keys are public/,
      /does not hold.*proves nothing/,
    ])
      assert.match(told, part);
    await assertAccessible(page, 'same maker, unfolded');
    await screenshot(page, `same-maker-${suite.name}`);

    const other = await suite.open();
    const report = known('stalkerware');
    report.matches = report.matches.filter(({ kind }) => kind !== 'certificate-sha1');
    await choose(other, [await suite.files.add('other.apk', { report })]);
    await answered(other);
    assert.equal(await other.$('[data-part=same-maker]'), null);
  });
});

/** @param {import('puppeteer-core').Page} page */
async function unfold(page) {
  await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
}
