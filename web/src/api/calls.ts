/** Every question and order the console has for the server, by its name. */

import { address, type Query, read, write } from "./client";
import type * as C from "./contract";

const id = encodeURIComponent;
type Signal = AbortSignal | undefined;

export const session = {
  get: () => read<C.Session>("/session"),
  signIn: (login: string, password: string) =>
    write<C.Session>("POST", "/session", { login, password }),
  signOut: () => write("DELETE", "/session"),
  changePassword: (current: string, next: string) =>
    write("POST", "/session/password", { current, new: next }),
  wecom: () => read<{ url: string }>("/session/wecom"),
};

export const overview = () => read<C.Overview>("/overview");
export const tags = () =>
  read<{ groups?: C.TagGroup[]; items?: C.TagGroup[] }>("/tags").then(
    (answer) => answer.groups ?? answer.items ?? [],
  );
export const departments = () => read<C.Page<C.Department>>("/departments", { limit: 1000 });
export const members = (query: Query, signal?: Signal) =>
  read<C.Page<C.Member>>("/members", query, signal);

export const leavers = {
  list: (query: Query, signal?: Signal) => read<C.Page<C.Leaver>>("/leavers", query, signal),
  get: (userid: string) => read<C.LeaverDetail>(`/leavers/${id(userid)}`),
  customers: (userid: string, query: Query, signal?: Signal) =>
    read<C.Page<C.CustomerOfLeaver>>(`/leavers/${id(userid)}/customers`, query, signal),
  groups: (userid: string, query: Query, signal?: Signal) =>
    read<C.Page<C.GroupOfLeaver>>(`/leavers/${id(userid)}/groups`, query, signal),
};

const handover = (which: string, rest = "") => `/handovers/${id(which)}${rest}`;

export const handovers = {
  list: (query: Query, signal?: Signal) =>
    read<C.Page<C.HandoverSummary>>("/handovers", query, signal),
  get: (which: string) => read<C.Handover>(handover(which)),
  preview: (request: C.HandoverRequest) => write<C.DryRun>("POST", "/handovers/preview", request),
  create: (request: C.HandoverRequest) => write<C.Handover>("POST", "/handovers", request),
  replan: (which: string, version: number, request: C.HandoverRequest) =>
    write<C.Handover>("PUT", handover(which), { ...request, version }),
  discard: (which: string) => write("DELETE", handover(which)),
  start: (which: string, confirm_total: number, version: number) =>
    write<C.Handover>("POST", handover(which, "/start"), { confirm_total, version }),
  cancel: (which: string) => write<C.Handover>("POST", handover(which, "/cancel")),
  retry: (which: string, body: { rows?: number[]; states?: string[]; to?: string }) =>
    write<C.Handover>("POST", handover(which, "/retry"), body),
  rows: (which: string, query: Query, signal?: Signal) =>
    read<C.Page<C.Row>>(handover(which, "/rows"), query, signal),
  row: (which: string, rowNo: number) => read<C.RowDetail>(handover(which, `/rows/${rowNo}`)),
  exportAddress: (which: string, query: Query) => address(handover(which, "/export.csv"), query),
  eventsAddress: (which: string) => address(handover(which, "/events")),
};

export const sync = {
  start: () => write<C.SyncRun>("POST", "/sync", { kind: "full" }),
  runs: () => read<C.Page<C.SyncRun>>("/sync/runs", { limit: 20 }),
};

export const settings = {
  wecom: () => read<C.WecomSettings>("/settings/wecom"),
  saveWecom: (change: C.WecomSettingsChange) =>
    write<C.WecomSettings>("PUT", "/settings/wecom", change),
  lastDoctor: () => read<C.Doctor | null>("/doctor"),
  runDoctor: () => write<C.Doctor>("POST", "/doctor"),
};

export interface NewAccount {
  login: string;
  name: string;
  role: C.Role;
  departments: number[];
  userid?: string;
}

export const accounts = {
  list: () => read<C.Page<C.Account>>("/accounts", { limit: 1000 }),
  create: (account: NewAccount) =>
    write<{ account: C.Account; password: string }>("POST", "/accounts", account),
  change: (which: string, part: Partial<Omit<C.Account, "id">>) =>
    write<C.Account>("PATCH", `/accounts/${id(which)}`, part),
  resetPassword: (which: string) =>
    write<{ password: string }>("POST", `/accounts/${id(which)}/reset-password`),
};

export const audit = {
  list: (query: Query, signal?: Signal) => read<C.Page<C.AuditEntry>>("/audit", query, signal),
  verify: () => read<C.AuditVerdict>("/audit/verify"),
};

export const jobs = (query: Query, signal?: Signal) => read<C.Page<C.Job>>("/jobs", query, signal);
export const mine = (query: Query, signal?: Signal) =>
  read<C.Page<C.MyCustomer>>("/my/handovers", query, signal);
