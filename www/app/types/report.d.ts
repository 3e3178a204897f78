/**
 * The report of the core (schema `apklens-report/1`), as far as the page reads it.
 * The full contract is docs/report.schema.json; absent members are those that the core leaves out when empty.
 */
export type Level =
  | 'known-stalkerware'
  | 'known-watchware'
  | 'known-dual-use'
  | 'worrying-capabilities'
  | 'nothing-known'
  | 'could-not-check';

export interface Report {
  schema: string;
  tool: Tool;
  file: FileFacts;
  container?: { name: string; size: number; sha256: string; anomalies?: Note[] };
  package: Package | null;
  permissions: Permission[];
  declared_permissions?: { name: string; level: string }[];
  components: Component[];
  signing: Signing;
  matches: Match[];
  capabilities: Capability[];
  anomalies: Note[];
  problems: Note[];
  parts?: Part[];
  verdict: { level: Level; reasons: Note[] };
}

export interface Tool {
  name: string;
  version: string;
  database_version: string;
  database_date: string;
  sources?: { name: string; date: string }[];
  rules?: string[];
  skipped_rules?: SkippedRule[];
}

export interface FileFacts {
  name: string;
  path?: string;
  size: number;
  sha256: string;
  sha1: string;
  md5: string;
}

export interface Package {
  name: string;
  version_code: number | null;
  version_name: string | null;
  label: string | null;
  labels?: Record<string, string>;
  icon?: { entry: string; media_type: string; data: string };
  min_sdk: number;
  target_sdk: number;
  max_sdk?: number;
  shared_user_id?: string;
  split?: string;
  launcher: { activity: string | null; activities?: string[]; leanback?: string[]; disabled?: string[] };
  debuggable: boolean;
  allow_backup: boolean;
  test_only: boolean;
  cleartext_traffic: boolean;
}

export interface Permission {
  name: string;
  min_sdk?: number;
  max_sdk?: number;
  /** Why Android adds it although the app does not ask for it. */
  implied?: { by?: string[]; below?: number };
}

export interface Component {
  kind: 'activity' | 'activity-alias' | 'service' | 'receiver' | 'provider';
  name: string;
  exported: boolean;
  enabled: boolean;
  permission?: string;
}

export interface Signing {
  status: 'verified' | 'invalid' | 'unsigned' | 'unreadable';
  schemes: Scheme[];
  certificates: Certificate[];
  lineage?: { certificate: Certificate; capabilities: string[] }[];
  source_stamp?: Certificate;
  problems?: Note[];
}

export interface Scheme {
  scheme: string;
  status: 'holds' | 'fails' | 'not-used' | 'not-reached';
  verified: boolean;
  signers: string[];
  problems: Note[];
}

export interface Certificate {
  sha1: string;
  sha256: string;
  md5: string;
  subject: string;
  issuer: string;
  serial: string;
  not_before: string;
  not_after: string;
  key: { algorithm: string; bits: number | null; sha256: string };
  signature_algorithm: string;
  public_private_key?: string;
  verified: boolean;
  sdk_levels?: { min: number; max?: number }[];
}

export interface Match {
  family: string;
  aliases?: string[];
  /** None where a YARA rule states none. */
  class?: 'dual-use' | 'watchware' | 'stalkerware';
  kind: string;
  value: string;
  place: Place;
  context?: string;
  strength: 'weak' | 'moderate' | 'strong' | 'conclusive';
  weakened?: string;
  /** What a YARA rule says of itself. */
  metadata?: { name: string; value: string }[];
  sources: { name: string; date: string }[];
}

export interface Capability {
  code: string;
  concern: 'ordinary' | 'sensitive' | 'high';
  text: string;
  evidence: string[];
  inside?: string;
}

export interface Place {
  entry?: string;
  offset?: number;
  /** The part of the archive, where the offset is of no entry's data. */
  region?: string;
  /** The entry, or the value of the signing block, that the part belongs to. */
  of?: string;
}

export interface Note {
  code: string;
  place?: Place;
  values?: Record<string, string>;
  text: string;
}

export interface Part {
  entry: string;
  role: 'base' | 'split' | 'embedded';
  file: FileFacts;
  package: Package | null;
  signing: Signing;
}

/** A YARA rule that is left out, because it needs a module that is not offered. */
export interface SkippedRule {
  file: string;
  line: number;
  rule: string;
  module: string;
}
