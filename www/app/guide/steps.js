/**
 * The ways to copy an app's file from a phone: their steps in order, the commands, the pictures. The words are in
 * `locales/<language>/guide.json`.
 */

/**
 * @typedef {object} Command
 * @property {string} text Typed as it is.
 * @property {'windows' | 'unix'} [system] Where it differs between systems.
 *
 * @typedef {object} Step
 * @property {string} id The message is `guide.<way>.step.<id>`.
 * @property {Picture} [picture]
 * @property {Command[]} [commands]
 *
 * @typedef {object} Way
 * @property {string} id
 * @property {string[]} noticed What may be noticed: messages `guide.<way>.noticed.<id>`.
 * @property {Step[]} steps
 * @property {Step[]} after What to do afterwards: messages `guide.<way>.after.<id>`.
 *
 * @typedef {keyof typeof PICTURES} Picture
 */

/**
 * The drawings in `data/guide/`. A directed one, such as a phone's rows that begin at one side, is mirrored in a language
 * that is read from the right.
 */
export const PICTURES = {
  devices: { directed: true },
  note: { directed: false },
  'build-number': { directed: true },
  debugging: { directed: true },
  cable: { directed: true },
  allow: { directed: true },
  terminal: { directed: false },
  folder: { directed: false },
  revoke: { directed: true },
  download: { directed: true },
  'app-list': { directed: true },
  carry: { directed: true },
  backup: { directed: false },
  drop: { directed: false },
};

/** What to know first: messages `guide.before.<id>.title` and `.text`. */
export const BEFORE = ['device', 'noticed', 'plan', 'owner', 'evidence', 'not'];

/** What to do when no way works: messages `guide.none.<id>`. */
export const NONE = ['help', 'look', 'root'];

/*
 * Without `--user`, `pm` fails on phones where another user's apps may not be seen, as with Samsung's Secure Folder. Its
 * lines begin with `package:` and may end with a carriage return. Each app gets a folder of its own, since nearly every
 * file is called `base.apk`. In a shell, `adb` would read the loop's list from standard input, so it gets another input.
 */
const EVERY_APP_WINDOWS = `foreach ($line in adb shell pm list packages --user 0 -3) {
  if ($line -match '^package:(\\S+)') {
    $app = $Matches[1]
    New-Item -ItemType Directory -Force "apps/$app" | Out-Null
    foreach ($part in adb shell pm path --user 0 $app) {
      if ($part -match '^package:(\\S+)') {
        adb pull $Matches[1] "apps/$app"
      }
    }
  }
}`;

const EVERY_APP_UNIX = `adb shell pm list packages --user 0 -3 </dev/null |
tr -d '\\r' | sed 's/^package://' |
while read -r app; do
  mkdir -p "apps/$app"
  adb shell pm path --user 0 "$app" </dev/null |
  tr -d '\\r' | sed 's/^package://' |
  while read -r part; do
    adb pull "$part" "apps/$app/" </dev/null
  done
done`;

/** @type {Way[]} */
export const WAYS = [
  {
    id: 'cable',
    noticed: ['settings', 'notification', 'key', 'copying'],
    steps: [
      {
        id: 'tools',
        commands: [
          { system: 'windows', text: '$env:Path = "$PWD;$env:Path"' },
          { system: 'unix', text: 'export PATH="$PWD:$PATH"' },
        ],
      },
      { id: 'note', picture: 'note' },
      { id: 'build-number', picture: 'build-number' },
      { id: 'debugging', picture: 'debugging' },
      { id: 'connect', picture: 'cable' },
      { id: 'allow', picture: 'allow', commands: [{ text: 'adb devices' }] },
      {
        id: 'list',
        picture: 'terminal',
        commands: [
          { text: 'adb shell pm list packages --user 0 -3 -i' },
          { text: 'adb shell pm list packages --user 0 -f' },
        ],
      },
      {
        id: 'every',
        picture: 'folder',
        commands: [
          { system: 'windows', text: EVERY_APP_WINDOWS },
          { system: 'unix', text: EVERY_APP_UNIX },
        ],
      },
      {
        id: 'one',
        commands: [
          { text: 'adb shell pm path --user 0 com.example.app' },
          { text: 'mkdir com.example.app' },
          { text: 'adb pull "/data/app/~~aB3x==/com.example.app-Yz9w==/base.apk" com.example.app' },
        ],
      },
      { id: 'users', commands: [{ text: 'adb shell pm list users' }] },
    ],
    after: [{ id: 'revoke', picture: 'revoke' }, { id: 'restore' }, { id: 'keep' }],
  },
  {
    id: 'files',
    noticed: ['screen', 'install', 'sending'],
    steps: [
      { id: 'download', picture: 'download' },
      { id: 'computer', picture: 'cable' },
      { id: 'apps', picture: 'app-list' },
      { id: 'extra' },
      { id: 'carry', picture: 'carry' },
    ],
    after: [{ id: 'copies' }, { id: 'installed' }],
  },
  {
    id: 'backup',
    noticed: ['look', 'make'],
    steps: [{ id: 'old', picture: 'backup' }, { id: 'maker' }, { id: 'cloud' }, { id: 'adb' }],
    after: [{ id: 'keep' }],
  },
];
