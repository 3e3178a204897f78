/** Finds the files to check among those that were dropped or chosen. */

/**
 * @typedef {object} Found
 * @property {File} file
 * @property {string} path Its folders and its name, as far as the browser tells them.
 * @property {boolean} chosen Whether it was named itself, and not only the folder it lies in.
 */

/**
 * @typedef {object} Batch
 * @property {{ file: File, path: string, idsig: File | undefined }[]} files
 * @property {number} leftAlone How many files of a folder do not look like apps.
 */

/** The names of app files. Of a folder, only these are checked. A file that was chosen by itself is always checked. */
const APP_FILE = /\.(apk|apks|xapk|apkm|zip)$/i;

/** An APK Signature Scheme v4 file, which belongs to the APK of the same name beside it. */
const V4_SIGNATURE = /\.idsig$/i;

/**
 * @param {Iterable<File>} files Of an `<input type="file">`, with or without `webkitdirectory`.
 * @returns {Found[]}
 */
export function fromInput(files) {
  return Array.from(files, (file) => ({
    file,
    path: file.webkitRelativePath || file.name,
    chosen: !file.webkitRelativePath,
  }));
}

/**
 * Returns the dropped files, with those of dropped folders. The browser clears the transfer's items after the drop event,
 * so that this must be called in it.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<{ found: Found[], failed: number }>} With the number of files and folders that could not be opened.
 */
export async function fromDrop(transfer) {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.() ?? null);
  const files = Array.from(transfer.files);
  if (!entries.some((entry) => entry?.isDirectory)) return { found: fromInput(files), failed: 0 };
  /** @type {{ found: Found[], failed: number }} */
  const into = { found: [], failed: 0 };
  for (const entry of entries) if (entry) await walk(entry, entry.isFile, into);
  return into;
}

/**
 * @param {FileSystemEntry} entry
 * @param {boolean} chosen
 * @param {{ found: Found[], failed: number }} into
 */
async function walk(entry, chosen, into) {
  try {
    if (entry.isFile) {
      const fileEntry = /** @type {FileSystemFileEntry} */ (entry);
      /** @type {File} */
      const file = await new Promise((resolve, reject) => fileEntry.file(resolve, reject));
      into.found.push({ file, path: entry.fullPath.replace(/^\//, ''), chosen });
    } else {
      const folder = /** @type {FileSystemDirectoryEntry} */ (entry);
      for (const child of await children(folder)) await walk(child, false, into);
    }
  } catch {
    into.failed += 1;
  }
}

/**
 * Returns what a folder holds. The browser's reader returns it in portions; an empty one is the last.
 *
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<FileSystemEntry[]>}
 */
async function children(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return all;
    all.push(...portion);
  }
}

/**
 * Selects the files to check, and joins v4 signature files to their APKs.
 *
 * @param {Found[]} found
 * @returns {Batch}
 */
export function batch(found) {
  const signatures = new Map(found.filter(({ path }) => V4_SIGNATURE.test(path)).map(({ path, file }) => [path, file]));
  const files = found
    .filter(({ path, chosen }) => APP_FILE.test(path) || (chosen && !hasApk(path, found)))
    .map(({ file, path }) => ({ file, path, idsig: signatures.get(`${path}.idsig`) }));
  const used = files.filter(({ idsig }) => idsig).length;
  return { files, leftAlone: found.length - files.length - used };
}

/**
 * @param {string} path
 * @param {Found[]} found
 */
function hasApk(path, found) {
  return V4_SIGNATURE.test(path) && found.some((other) => other.path === path.replace(V4_SIGNATURE, ''));
}
