/**
 * How long a worker may give no sign of progress before it is taken for stuck and ended, in milliseconds.
 *
 * The core gives a sign at every piece of the file that it reads and at every file inside. The longest silence is that of
 * the YARA rules over one large library, and of a worker's start with long lists: seconds on a common computer, and this
 * leaves twenty times as much to a slow one.
 */
export const MAX_SILENCE = 120_000;
