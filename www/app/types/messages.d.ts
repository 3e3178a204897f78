/** The messages between the page (core/core.js, core/pool.js) and its workers (worker.js). */

/** What files are compared with, beside the database and the rules that come with the page. */
export interface Lists {
  /** Files of indicators. */
  indicators: List[];
  /** Files of YARA rules. */
  rules: [name: string, text: string][];
}

export interface List {
  name: string;
  bytes: Uint8Array;
  /** The date of its state, as `2026-06-21`. */
  date: string;
  /** The class of families that the file gives no class. */
  class?: string;
}

/** What a worker is asked besides checking files. */
export type Question =
  | { question: 'info' }
  | ({ question: 'import' } & Required<List>)
  | { question: 'stix' | 'misp'; reports: string; when: string };

/** The first message to a worker. */
export interface Start extends Lists {
  type: 'start';
  module: WebAssembly.Module;
  database: Uint8Array;
}

/** A worker answers each with one `Result` of the same `id`, and any number of `Progress` before it. */
export interface Check {
  type: 'check';
  id: number;
  file: File;
  name: string;
  /** The file's path in the folder that it came with. */
  path?: string | undefined;
  /** The file's APK Signature Scheme v4 file. */
  idsig?: File | undefined;
}

/** A worker answers each with one `Answer` or `Failed`. */
export type Ask = { type: 'ask' } & Question;

export type ToWorker = Start | Check | Ask;

/** The core's passes over a file, in order. */
export type Phase = 'hashing' | 'reading';

export interface Progress {
  type: 'progress';
  id: number;
  phase: Phase;
  done: number;
  total: number;
}

/** The reports of the apps in a file: a JSON array with each report on a line of its own. */
export interface Result {
  type: 'report';
  id: number;
  json: string;
}

export interface Answer {
  type: 'answer';
  answer: string;
}

/** Why there is no `Result` or `Answer`. */
export interface Failed {
  type: 'failed';
  /** The file's; none where the failed message was an `Ask`. */
  id?: number | undefined;
  message: string;
  /** The error's name. The core gives refused lists a code here. */
  code: string;
}

export type FromWorker = Progress | Result | Answer | Failed;

/** A worker that runs worker.js, as the page sees it. */
export type CoreWorker = Omit<Worker, 'postMessage' | 'onmessage'> & {
  postMessage(message: ToWorker): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
};
