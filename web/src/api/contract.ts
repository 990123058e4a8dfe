/** The shapes of the API, in the words of its contract. Times are Unix seconds. */

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total?: number | null;
}

export type Role = "super_admin" | "contact_admin" | "auditor" | "staff";

export interface Account {
  id: string;
  login: string;
  name: string;
  role: Role;
  departments: number[];
  userid?: string | null;
  must_change_password?: boolean;
  disabled?: boolean;
  last_sign_in_at?: number | null;
}

export interface Session {
  account: Account;
  csrf_token: string;
  permissions: string[];
  server: { version: string; now: number; demo: boolean };
}

export interface Todo {
  kind: string;
  count: number;
  title_params: Record<string, string | number>;
  link?: string | null;
}

export interface Figure {
  key: string;
  value: number;
  series: { at: number; value: number }[];
}

export interface Overview {
  todo: Todo[];
  figures: Figure[];
  running: HandoverSummary[];
  sync: { last_finished_at: number | null; running: SyncRun | null; repaired_last: number };
  connected: boolean;
}

export interface Department {
  id: number;
  name: string;
  parent_id: number | null;
  leaders: string[];
  members: number;
}

export interface Member {
  userid: string;
  name: string;
  departments: number[];
  department_names: string[];
  position: string;
  status: string;
  customer_contact: boolean;
  left_at: number | null;
  customers: number;
  groups: number;
  eligible: boolean;
  why_not: string | null;
}

export interface Leaver {
  userid: string;
  name: string;
  known: boolean;
  department_names: string[];
  position: string;
  left_at: number | null;
  reason: string;
  customers_waiting: number;
  groups_waiting: number;
  customers_in_transfer: number;
  customers_done: number;
  last_handover_id?: string | null;
  days_left: number | null;
}

export interface TagCount {
  id: string;
  name: string;
  group_name: string;
  count: number;
}

export interface LeaverDetail extends Leaver {
  leader: { userid: string; name: string } | null;
  tags: TagCount[];
  regions: { name: string; count: number }[];
  added_by_month: { month: string; count: number }[];
  add_ways: { add_way: number; count: number }[];
  handovers: HandoverSummary[];
  assets_checked_at: number | null;
}

export interface CustomerOfLeaver {
  external_userid: string;
  name: string;
  remark: string;
  tags: { id: string; name: string }[];
  region: string | null;
  added_at: number;
  add_way: number;
  other_followers: number;
}

export interface GroupOfLeaver {
  chat_id: string;
  name: string;
  members: number;
  customers: number;
  created_at: number;
  status: number | string;
}

export interface TagGroup {
  group_id: string;
  name: string;
  tags: { id: string; name: string }[];
}

export interface Condition {
  tags_any?: string[];
  tags_all?: string[];
  tags_none?: string[];
  regions?: string[];
  added_after?: number | null;
  added_before?: number | null;
  add_ways?: number[];
}

export interface Rule {
  name: string;
  when: Condition;
  to: string[];
}

export type Assignment =
  | { mode: "one"; to: string }
  | { mode: "evenly"; to: string[] }
  | { mode: "rules"; rules: Rule[]; otherwise: string[] | null };

export type RecordScope = { mode: "none" } | { mode: "days"; days: number } | { mode: "all" };
export type Kind = "resigned" | "in_service";

export interface HandoverRequest {
  leaver: string;
  kind?: Kind;
  customers: { filter: Condition } | null;
  groups: { only?: string[] } | null;
  assignment: Assignment;
  groups_to?: string[];
  record_scope: RecordScope;
  note?: string;
  message?: string;
}

export interface Counts {
  total: number;
  customers: number;
  groups: number;
  planned: number;
  blocked: number;
  unassigned: number;
  intended: number;
  unsure: number;
  postponed: number;
  waiting: number;
  taken_over: number;
  refused: number;
  full: number;
  no_relation: number;
  failed: number;
  cancelled?: number;
  carried: number;
  carry_failed: number;
  carry_pending: number;
}

export interface HandoverSummary {
  id: string;
  kind: Kind;
  leaver: string;
  leaver_name: string;
  state: string;
  created_at: number;
  created_by: string;
  started_at: number | null;
  finished_at: number | null;
  successors: { userid: string; name: string }[];
  counts: Counts;
}

export interface DryRun {
  fine: number;
  with_note: number;
  blocked: number;
  unassigned: number;
  by_prediction: { prediction: string; subject_kind: string; count: number }[];
  by_successor: {
    userid: string;
    name: string;
    customers: number;
    groups: number;
    already: number;
  }[];
  calls: number;
  groups_days: number;
  submit_done_at: number | null;
  finish_at: number | null;
  rows_total: number;
}

export interface BySuccessor {
  userid: string;
  name: string;
  customers: number;
  groups: number;
  taken_over: number;
  refused: number;
  failed: number;
  waiting: number;
  notice?: { state: string; sent_at: number | null } | null;
}

export interface Handover extends HandoverSummary {
  request: HandoverRequest;
  record_scope: RecordScope;
  note: string;
  message: string | null;
  version: number;
  dry_run: DryRun | null;
  by_successor: BySuccessor[];
  next_poll_at: number | null;
  api_calls: number;
  flags: { code: string; count: number }[];
}

export interface Row {
  row_no: number;
  subject_kind: "customer" | "group";
  subject_id: string;
  name: string;
  successor: string | null;
  successor_name: string | null;
  reason: { rule?: string | null; mode: string };
  prediction: string;
  prediction_detail: string | null;
  state: string;
  errcode: number | null;
  error_text: string | null;
  waiting_until: number | null;
  not_before: number | null;
  started_at: number | null;
  ended_at: number | null;
  carry: string;
  carry_detail: string | null;
  updated_at: number;
}

export interface Step {
  at: number;
  actor: string;
  step: string;
  outcome: string;
  detail: unknown;
}

export interface RowDetail extends Row {
  steps: Step[];
  snapshot: unknown;
}

export interface Progress {
  state: string;
  counts: Counts;
  next_poll_at: number | null;
  now: number;
}

export interface SyncRun {
  id: string;
  kind: string;
  started_at: number;
  finished_at: number | null;
  progress: { step: string; done: number; total: number | null } | null;
  counts: Record<string, number> | null;
  repaired: Record<string, number> | null;
  error: string | null;
}

export interface WecomSettings {
  corp_id: string;
  agent_id: number | string | null;
  base_url: string;
  app_secret_set: boolean;
  contacts_secret_set: boolean;
  callback: { url: string; token_set: boolean; aes_key_set: boolean };
  public_url: string;
  region_group: string;
  source: Record<string, string>;
}

export interface WecomSettingsChange {
  corp_id?: string;
  agent_id?: number;
  app_secret?: string;
  contacts_secret?: string;
  callback_token?: string;
  callback_aes_key?: string;
  public_url?: string;
  region_group?: string;
}

export interface DoctorLine {
  check: string;
  state: "ok" | "warning" | "failed" | "skipped";
  detail: string;
  fix: string | null;
  docs_anchor?: string | null;
  errcode?: number | null;
}

export interface Doctor {
  checked_at: number | null;
  lines: DoctorLine[];
}

export interface AuditEntry {
  seq: number;
  at: number;
  actor: { kind: string; id: string; name: string | null };
  act: string;
  object: { kind: string; id: string } | null;
  outcome: string;
  detail: unknown;
  leaf_hash: string;
}

export interface AuditVerdict {
  entries: number;
  ok: boolean;
  first_bad_seq: number | null;
}

export interface Job {
  id: string;
  kind: string;
  state: string;
  run_at: number;
  tries: number;
  last_error: string | null;
  lease_until: number | null;
}

export interface MyCustomer {
  external_userid: string;
  name: string;
  remark: string;
  note: string;
  leaver_name: string;
  taken_over_at: number;
  personal_tags: string[];
}
