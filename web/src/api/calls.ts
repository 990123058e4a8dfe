/** Every question and order the console has for the server, by its name. */

import { confirmed, filled, http, told } from "./client";
import type * as C from "./contract";
import type { paths } from "./generated";

type Signal = AbortSignal | undefined;
type Method = "get" | "post";
/** The query an address takes; empty parts are left out. */
type QueryOf<P extends keyof paths, M extends Method = "get"> = paths[P][M] extends {
  parameters: { query?: infer Q };
}
  ? { [K in keyof Q]?: Q[K] | undefined }
  : never;

const asking = (signal: Signal) => (signal ? { signal } : {});

export const session = {
  get: () => told(http.GET("/api/v1/session")),
  signIn: (login: string, password: string) =>
    told(http.POST("/api/v1/session", { body: { login, password } })),
  signOut: () => told(http.DELETE("/api/v1/session")),
  changePassword: (current: string, next: string) =>
    told(http.POST("/api/v1/session/password", { body: { current, new: next } })),
  stepUp: (password: string) => told(http.POST("/api/v1/session/step-up", { body: { password } })),
  wecom: () => told(http.GET("/api/v1/session/wecom")),
};

export const overview = () => told(http.GET("/api/v1/overview"));
export const tags = () => told(http.GET("/api/v1/tags")).then((page) => page.items);
export const departments = () => told(http.GET("/api/v1/departments"));
export const members = (query: QueryOf<"/api/v1/members">, signal?: Signal) =>
  told(http.GET("/api/v1/members", { params: { query: filled(query) }, ...asking(signal) }));

export const leavers = {
  list: (query: QueryOf<"/api/v1/leavers">, signal?: Signal) =>
    told(http.GET("/api/v1/leavers", { params: { query: filled(query) }, ...asking(signal) })),
  get: (userid: string) =>
    told(http.GET("/api/v1/leavers/{userid}", { params: { path: { userid } } })),
  customers: (
    userid: string,
    query: QueryOf<"/api/v1/leavers/{userid}/customers">,
    signal?: Signal,
  ) =>
    told(
      http.GET("/api/v1/leavers/{userid}/customers", {
        params: { path: { userid }, query: filled(query) },
        ...asking(signal),
      }),
    ),
  groups: (userid: string, signal?: Signal) =>
    told(
      http.GET("/api/v1/leavers/{userid}/groups", {
        params: { path: { userid } },
        ...asking(signal),
      }),
    ),
};

const whose = (userid: string) => ({ params: { path: { userid } } });

export const contactWays = {
  list: (query: QueryOf<"/api/v1/contact-ways">, signal?: Signal) =>
    told(http.GET("/api/v1/contact-ways", { params: { query: filled(query) }, ...asking(signal) })),
  ofLeaver: (userid: string) =>
    told(http.GET("/api/v1/leavers/{userid}/contact-ways", whose(userid))),
  ofHandover: (id: string) => told(http.GET("/api/v1/handovers/{id}/contact-ways", which(id))),
  point: (userid: string, body: C.PointInput) =>
    confirmed(() =>
      http.POST("/api/v1/leavers/{userid}/contact-ways/point", { ...whose(userid), body }),
    ),
  tick: (userid: string, item: string, done: boolean) =>
    told(
      http.POST("/api/v1/leavers/{userid}/contact-ways/by-hand", {
        ...whose(userid),
        body: { item, done },
      }),
    ),
};
type FileFormat = "csv" | "xlsx";

const which = (id: string) => ({ params: { path: { id } } });

/** An address for the browser itself, which asks for files and events on its own. */
function address(path: string, query: object): string {
  const search = new URLSearchParams(Object.entries(filled(query))).toString();
  return search ? `${path}?${search}` : path;
}

const ofHandover = (id: string, rest: string) =>
  `/api/v1/handovers/${encodeURIComponent(id)}/${rest}`;

export const handovers = {
  list: (query: QueryOf<"/api/v1/handovers">, signal?: Signal) =>
    told(http.GET("/api/v1/handovers", { params: { query: filled(query) }, ...asking(signal) })),
  get: (id: string) => told(http.GET("/api/v1/handovers/{id}", which(id))),
  create: (body: C.HandoverRequest) => told(http.POST("/api/v1/handovers", { body })),
  replan: (id: string, version: number, request: C.HandoverRequest) =>
    told(http.PUT("/api/v1/handovers/{id}", { ...which(id), body: { ...request, version } })),
  preview: (body: C.HandoverRequest) => told(http.POST("/api/v1/handovers/preview", { body })),
  run: (handover: C.HandoverRequest, confirm_total: number) =>
    confirmed(() => http.POST("/api/v1/handovers/run", { body: { handover, confirm_total } })),
  discard: (id: string) => told(http.DELETE("/api/v1/handovers/{id}", which(id))),
  start: (id: string, confirm_total: number, version: number) =>
    confirmed(() =>
      http.POST("/api/v1/handovers/{id}/start", {
        ...which(id),
        body: { confirm_total, version },
      }),
    ),
  cancel: (id: string) => told(http.POST("/api/v1/handovers/{id}/cancel", which(id))),
  retry: (id: string, body: C.RetryInput) =>
    confirmed(() => http.POST("/api/v1/handovers/{id}/retry", { ...which(id), body })),
  undo: (id: string) => told(http.POST("/api/v1/handovers/{id}/undo", which(id))),
  rows: (id: string, query: QueryOf<"/api/v1/handovers/{id}/rows">, signal?: Signal) =>
    told(
      http.GET("/api/v1/handovers/{id}/rows", {
        params: { path: { id }, query: filled(query) },
        ...asking(signal),
      }),
    ),
  row: (id: string, row_no: number) =>
    told(http.GET("/api/v1/handovers/{id}/rows/{row_no}", { params: { path: { id, row_no } } })),
  exportAddress: (
    id: string,
    query: QueryOf<"/api/v1/handovers/{id}/export.csv">,
    format: FileFormat = "csv",
  ) => address(ofHandover(id, `export.${format}`), query),
  record: (id: string, query: QueryOf<"/api/v1/handovers/{id}/record">, signal?: Signal) =>
    told(
      http.GET("/api/v1/handovers/{id}/record", {
        params: { path: { id }, query: filled(query) },
        ...asking(signal),
      }),
    ),
  recordValues: (id: string) => told(http.GET("/api/v1/handovers/{id}/record/values", which(id))),
  recordAddress: (
    id: string,
    query: QueryOf<"/api/v1/handovers/{id}/record.csv">,
    format: FileFormat,
  ) => address(ofHandover(id, `record.${format}`), query),
  steps: (id: string, query: QueryOf<"/api/v1/handovers/{id}/steps">, signal?: Signal) =>
    told(
      http.GET("/api/v1/handovers/{id}/steps", {
        params: { path: { id }, query: filled(query) },
        ...asking(signal),
      }),
    ),
  writeNote: (id: string, row_no: number, note: string) =>
    told(
      http.PUT("/api/v1/handovers/{id}/rows/{row_no}/note", {
        params: { path: { id, row_no } },
        body: { note },
      }),
    ),
  writeNotes: (id: string, body: C.NotesInput) =>
    told(http.POST("/api/v1/handovers/{id}/notes", { ...which(id), body })),
  previewMessage: (body: C.MessagePreviewInput, signal?: Signal) =>
    told(http.POST("/api/v1/handovers/preview-message", { body, ...asking(signal) })),
  eventsAddress: (id: string) => ofHandover(id, "events"),
};

export const departures = {
  list: (query: QueryOf<"/api/v1/departures">, signal?: Signal) =>
    told(http.GET("/api/v1/departures", { params: { query: filled(query) }, ...asking(signal) })),
  get: (userid: string) => told(http.GET("/api/v1/departures/{userid}", whose(userid))),
  customers: (
    userid: string,
    query: QueryOf<"/api/v1/departures/{userid}/customers">,
    signal?: Signal,
  ) =>
    told(
      http.GET("/api/v1/departures/{userid}/customers", {
        params: { path: { userid }, query: filled(query) },
        ...asking(signal),
      }),
    ),
  noticePlan: (userid: string, body: C.NoticeInput) =>
    told(http.POST("/api/v1/departures/{userid}/notice-plan", { ...whose(userid), body })),
  noticeDrafts: (userid: string, body: C.NoticeDraftsInput) =>
    told(http.POST("/api/v1/departures/{userid}/notice-plan/drafts", { ...whose(userid), body })),
  exportAddress: (query: QueryOf<"/api/v1/departures/export.csv">) =>
    address("/api/v1/departures/export.csv", query),
};

export const outcome = {
  get: (query: QueryOf<"/api/v1/outcome">, signal?: Signal) =>
    told(http.GET("/api/v1/outcome", { params: { query: filled(query) }, ...asking(signal) })),
  exportAddress: (query: QueryOf<"/api/v1/outcome/export.csv">) =>
    address("/api/v1/outcome/export.csv", query),
};

export const cases = {
  list: (query: QueryOf<"/api/v1/cases">, signal?: Signal) =>
    told(http.GET("/api/v1/cases", { params: { query: filled(query) }, ...asking(signal) })),
  get: (id: string) => told(http.GET("/api/v1/cases/{id}", which(id))),
  open: (userid: string) => told(http.POST("/api/v1/cases", { body: { userid } })),
  change: (id: string, body: { owner?: string; due_at?: number }) =>
    told(http.PATCH("/api/v1/cases/{id}", { ...which(id), body })),
  item: (id: string, number: number, body: C.CaseItemChange) =>
    told(
      http.PATCH("/api/v1/cases/{id}/items/{number}", {
        params: { path: { id, number } },
        body,
      }),
    ),
  owners: () => told(http.GET("/api/v1/case-owners")),
  comment: (id: string, body: string) =>
    told(http.POST("/api/v1/cases/{id}/comments", { ...which(id), body: { body } })),
  close: (id: string, closing: string) =>
    told(http.POST("/api/v1/cases/{id}/close", { ...which(id), body: { closing } })),
  reopen: (id: string) => told(http.POST("/api/v1/cases/{id}/reopen", which(id))),
  templates: () => told(http.GET("/api/v1/case-templates")),
  saveTemplates: (body: C.CaseTemplates) => told(http.PUT("/api/v1/case-templates", { body })),
};

export const approvals = {
  list: () => told(http.GET("/api/v1/approvals")),
  decided: () => told(http.GET("/api/v1/approvals/decided")),
  of: (id: string) => told(http.GET("/api/v1/handovers/{id}/approvals", which(id))),
  approve: (id: string, digest: string, comment: string) =>
    confirmed(() =>
      http.POST("/api/v1/handovers/{id}/approve", { ...which(id), body: { digest, comment } }),
    ),
  decline: (id: string, digest: string, comment: string) =>
    confirmed(() =>
      http.POST("/api/v1/handovers/{id}/decline", { ...which(id), body: { digest, comment } }),
    ),
  withdraw: (id: string) => told(http.POST("/api/v1/handovers/{id}/withdraw-approval", which(id))),
};

export const orphans = {
  list: (query: QueryOf<"/api/v1/orphans">, signal?: Signal) =>
    told(http.GET("/api/v1/orphans", { params: { query: filled(query) }, ...asking(signal) })),
  settle: (external_userid: string, reason: string) =>
    told(
      http.POST("/api/v1/orphans/{external_userid}/settle", {
        params: { path: { external_userid } },
        body: { reason },
      }),
    ),
};

export const ruleSets = {
  list: () => told(http.GET("/api/v1/rule-sets")),
  versions: (id: string) => told(http.GET("/api/v1/rule-sets/{id}", which(id))),
  create: (body: C.RuleSetInput) => told(http.POST("/api/v1/rule-sets", { body })),
  save: (id: string, body: C.RuleSetInput) =>
    told(http.PUT("/api/v1/rule-sets/{id}", { ...which(id), body })),
  archive: (id: string) => told(http.DELETE("/api/v1/rule-sets/{id}", which(id))),
  order: (ids: string[]) => told(http.PUT("/api/v1/rule-sets/order", { body: { ids } })),
};

export const team = {
  list: () => told(http.GET("/api/v1/team")),
  save: (userid: string, body: C.MemberProfile) =>
    told(http.PUT("/api/v1/team/{userid}", { params: { path: { userid } }, body })),
  customers: (items: C.CustomerProfile[]) =>
    told(http.POST("/api/v1/customer-profiles", { body: { items } })),
};

export const templates = {
  list: () => told(http.GET("/api/v1/message-templates")).then((page) => page.items),
  create: (body: C.TemplateInput) => told(http.POST("/api/v1/message-templates", { body })),
  change: (id: string, body: C.TemplateInput) =>
    told(http.PUT("/api/v1/message-templates/{id}", { ...which(id), body })),
  remove: (id: string) => told(http.DELETE("/api/v1/message-templates/{id}", which(id))),
};

export const firstContacts = (query: QueryOf<"/api/v1/first-contacts">, signal?: Signal) =>
  told(http.GET("/api/v1/first-contacts", { params: { query: filled(query) }, ...asking(signal) }));

export const customers = {
  list: (query: QueryOf<"/api/v1/customers">, signal?: Signal) =>
    told(http.GET("/api/v1/customers", { params: { query: filled(query) }, ...asking(signal) })),
  get: (external_userid: string) =>
    told(
      http.GET("/api/v1/customers/{external_userid}", { params: { path: { external_userid } } }),
    ),
  timeline: (
    external_userid: string,
    query: QueryOf<"/api/v1/customers/{external_userid}/timeline">,
    signal?: Signal,
  ) =>
    told(
      http.GET("/api/v1/customers/{external_userid}/timeline", {
        params: { path: { external_userid }, query: filled(query) },
        ...asking(signal),
      }),
    ),
  exportAddress: (query: QueryOf<"/api/v1/customers/export.csv">, format: FileFormat) =>
    address(`/api/v1/customers/export.${format}`, query),
};

export const sync = {
  start: () => told(http.POST("/api/v1/sync", { body: { kind: "full" } })),
  runs: () => told(http.GET("/api/v1/sync/runs")),
};

export const settings = {
  wecom: () => told(http.GET("/api/v1/settings/wecom")),
  saveWecom: (body: C.WecomSettingsChange) => told(http.PUT("/api/v1/settings/wecom", { body })),
  planning: () => told(http.GET("/api/v1/settings/planning")),
  savePlanning: (body: C.PlanningSettings) => told(http.PUT("/api/v1/settings/planning", { body })),
  approval: () => told(http.GET("/api/v1/settings/approval")),
  saveApproval: (body: C.ApprovalPolicy) => told(http.PUT("/api/v1/settings/approval", { body })),
  lastDoctor: () => told(http.GET("/api/v1/doctor")),
  runDoctor: () => told(http.POST("/api/v1/doctor")),
};

export const accounts = {
  list: () => told(http.GET("/api/v1/accounts")),
  create: (body: C.AccountInput) => told(http.POST("/api/v1/accounts", { body })),
  change: (id: string, body: C.AccountChange) =>
    told(http.PATCH("/api/v1/accounts/{id}", { ...which(id), body })),
  resetPassword: (id: string) => told(http.POST("/api/v1/accounts/{id}/reset-password", which(id))),
};

export const audit = {
  list: (query: QueryOf<"/api/v1/audit">, signal?: Signal) =>
    told(http.GET("/api/v1/audit", { params: { query: filled(query) }, ...asking(signal) })),
  verify: () => told(http.GET("/api/v1/audit/verify")),
};

export const mine = (query: QueryOf<"/api/v1/my/handovers">, signal?: Signal) =>
  told(http.GET("/api/v1/my/handovers", { params: { query: filled(query) }, ...asking(signal) }));

const ofMine = (id: string, row_no: number) => ({ params: { path: { id, row_no } } });

export const contact = {
  mark: (id: string, row_no: number) =>
    told(http.POST("/api/v1/my/handovers/{id}/{row_no}/contacted", ofMine(id, row_no))),
  takeBack: (id: string, row_no: number) =>
    told(http.DELETE("/api/v1/my/handovers/{id}/{row_no}/contacted", ofMine(id, row_no))),
};

export const archive = {
  status: () => told(http.GET("/api/v1/archive")),
  roster: () => told(http.GET("/api/v1/archive/members")),
  pull: () => told(http.POST("/api/v1/archive/pull")),
  retry: (reason: string) => told(http.POST("/api/v1/archive/parked/retry", { body: { reason } })),
  know: (reason: string) => told(http.POST("/api/v1/archive/parked/known", { body: { reason } })),
  keys: () => told(http.GET("/api/v1/archive/keys")),
  addKey: (version: number, private_key: string) =>
    confirmed(() => http.POST("/api/v1/archive/keys", { body: { version, private_key } })),
  removeKey: (version: number) =>
    confirmed(() =>
      http.DELETE("/api/v1/archive/keys/{version}", { params: { path: { version } } }),
    ),
  corpKeys: () => told(http.GET("/api/v1/archive/corp-keys")),
  exchangeCorpKey: () => confirmed(() => http.POST("/api/v1/archive/corp-keys")),
  renewConversationKeys: () => confirmed(() => http.POST("/api/v1/archive/conversation-keys")),
  reason: () => told(http.GET("/api/v1/archive/reason")),
  giveReason: (reason: string) => told(http.POST("/api/v1/archive/reason", { body: { reason } })),
  search: (body: C.SearchInput, signal?: Signal) =>
    told(http.POST("/api/v1/archive/search", { body, ...asking(signal) })),
  conversations: (query: QueryOf<"/api/v1/archive/conversations">, signal?: Signal) =>
    told(
      http.GET("/api/v1/archive/conversations", {
        params: { query: filled(query) },
        ...asking(signal),
      }),
    ),
  nothing: (query: QueryOf<"/api/v1/archive/nothing">, signal?: Signal) =>
    told(http.GET("/api/v1/archive/nothing", { params: { query }, ...asking(signal) })),
  messages: (
    id: string,
    query: QueryOf<"/api/v1/archive/conversations/{id}/messages">,
    signal?: Signal,
  ) =>
    told(
      http.GET("/api/v1/archive/conversations/{id}/messages", {
        params: { path: { id }, query: filled(query) },
        ...asking(signal),
      }),
    ),
  policies: () => told(http.GET("/api/v1/archive/policies")),
  savePolicy: (name: string, policy: C.ArchivePolicy["policy"]) =>
    told(http.POST("/api/v1/archive/policies", { body: { name, policy } })),
  simulatePolicy: (id: string) =>
    told(http.POST("/api/v1/archive/policies/{id}/simulate", which(id))),
  activatePolicy: (id: string) =>
    confirmed(() => http.POST("/api/v1/archive/policies/{id}/activate", which(id))),
  holds: () => told(http.GET("/api/v1/archive/holds")),
  placeHold: (subject: C.ArchiveSubject, reason: string) =>
    told(http.POST("/api/v1/archive/holds", { body: { subject, reason } })),
  released: (id: string) => told(http.GET("/api/v1/archive/holds/{id}/released", which(id))),
  liftHold: (id: string, reason: string) =>
    confirmed(() =>
      http.POST("/api/v1/archive/holds/{id}/lift", { ...which(id), body: { reason } }),
    ),
  consents: (external_userid: string) =>
    told(
      http.GET("/api/v1/archive/consents/{external_userid}", {
        params: { path: { external_userid } },
      }),
    ),
  previewEvidence: (id: string, body: C.EvidenceInput) =>
    confirmed(() =>
      http.POST("/api/v1/archive/conversations/{id}/evidence", { params: { path: { id } }, body }),
    ),
  evidenceAddress: (id: string, asked: { since?: number; until?: number; reading: string }) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filled(asked))) query.set(name, String(value));
    return `/api/v1/archive/conversations/${encodeURIComponent(id)}/evidence?${query}`;
  },
  verifierAddress: "/api/v1/archive/evidence-verifier",
  evidenceKey: () => told(http.GET("/api/v1/archive/evidence-key")),
  erasures: (cursor: string, signal?: Signal) =>
    told(
      http.GET("/api/v1/archive/erasures", {
        params: { query: filled({ cursor }) },
        ...asking(signal),
      }),
    ),
  previewErasure: ({ of, id }: C.ArchiveSubject) =>
    told(http.GET("/api/v1/archive/erasures/preview", { params: { query: { of, id: id ?? "" } } })),
  erase: (subject: C.ArchiveSubject, reason: string) =>
    confirmed(() => http.POST("/api/v1/archive/erasures", { body: { subject, reason } })),
  certificate: (id: string) =>
    told(http.GET("/api/v1/archive/erasures/{id}/certificate", which(id))),
  certificateAddress: (id: string) => `/api/v1/archive/erasures/${id}/certificate`,
  fileAddress: (message: string, place: number) =>
    `/api/v1/archive/messages/${encodeURIComponent(message)}/files/${place}`,
};

const item = (id: string, number: number) => ({ params: { path: { id, number } } });

export const reviews = {
  list: (cursor: string, signal?: Signal) =>
    told(
      http.GET("/api/v1/archive/reviews", {
        params: { query: filled({ cursor }) },
        ...asking(signal),
      }),
    ),
  preview: (body: C.ReviewInput, signal?: Signal) =>
    told(http.POST("/api/v1/archive/reviews/preview", { body, ...asking(signal) })),
  make: (body: C.ReviewInput) => told(http.POST("/api/v1/archive/reviews", { body })),
  get: (id: string) => told(http.GET("/api/v1/archive/reviews/{id}", which(id))),
  report: (id: string) => told(http.GET("/api/v1/archive/reviews/{id}/report", which(id))),
  period: (first_day: string, last_day: string, signal?: Signal) =>
    told(
      http.GET("/api/v1/archive/reviews/report", {
        params: { query: { first_day, last_day } },
        ...asking(signal),
      }),
    ),
  items: (id: string, query: QueryOf<"/api/v1/archive/reviews/{id}/items">, signal?: Signal) =>
    told(
      http.GET("/api/v1/archive/reviews/{id}/items", {
        params: { path: { id }, query: filled(query) },
        ...asking(signal),
      }),
    ),
  next: (id: string, after: number | null) =>
    told(http.POST("/api/v1/archive/reviews/{id}/next", { ...which(id), body: { after } })),
  open: (id: string, number: number) =>
    told(http.POST("/api/v1/archive/reviews/{id}/items/{number}/open", item(id, number))),
  messages: (id: string, number: number, after: string, signal?: Signal) =>
    told(
      http.GET("/api/v1/archive/reviews/{id}/items/{number}/messages", {
        params: { path: { id, number }, query: filled({ after }) },
        ...asking(signal),
      }),
    ),
  judge: (id: string, number: number, body: C.ReviewVerdictInput) =>
    told(
      http.POST("/api/v1/archive/reviews/{id}/items/{number}/verdict", {
        ...item(id, number),
        body,
      }),
    ),
  reopen: (id: string, number: number) =>
    told(http.POST("/api/v1/archive/reviews/{id}/items/{number}/reopen", item(id, number))),
  handle: (id: string, number: number, body: C.ReviewHandlingInput) =>
    told(
      http.POST("/api/v1/archive/reviews/{id}/items/{number}/handling", {
        ...item(id, number),
        body,
      }),
    ),
  course: (id: string, number: number) =>
    told(http.GET("/api/v1/archive/reviews/{id}/items/{number}/course", item(id, number))),
  exportAddress: (id: string, format: FileFormat) =>
    `/api/v1/archive/reviews/${id}/export.${format}`,
};
