/**
 * The one place that talks HTTP.
 *
 * Invariants: every answer that is not a success becomes a {@link Problem};
 * every write carries the CSRF token and an idempotency key, so that a retry
 * by the browser or the user never acts twice.
 */

export interface FieldProblem {
  path: string;
  message: string;
}

/** An RFC 9457 problem of the server, or `unreachable` when there was none. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly fields: FieldProblem[];
  readonly traceId?: string;

  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.title ?? body.code ?? `HTTP ${status}`);
    this.code = body.code ?? (status === 0 ? "unreachable" : `http_${status}`);
    this.status = status;
    this.detail = body.detail ?? "";
    this.fields = body.fields ?? [];
    this.traceId = body.trace_id;
  }
}

interface ProblemBody {
  title: string;
  code: string;
  detail: string;
  fields: FieldProblem[];
  trace_id: string;
}

export type Query = Record<string, string | number | boolean | undefined | null>;

let csrfToken = "";
let spoken = "zh";
let onSignedOut: () => void = () => {};

export function trust(token: string): void {
  csrfToken = token;
}

export function speak(language: string): void {
  spoken = language;
}

/** Called once whenever the server says that nobody is signed in. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

export const BASE = "/api/v1";

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const shown = search.toString();
  return `${BASE}${path}${shown ? `?${shown}` : ""}`;
}

export async function read<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return send<T>("GET", address(path, query), undefined, signal);
}

export type Write = "POST" | "PUT" | "PATCH" | "DELETE";

export async function write<T = void>(method: Write, path: string, body?: unknown): Promise<T> {
  return send<T>(method, address(path), body);
}

async function send<T>(
  method: string,
  url: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const headers: Record<string, string> = {
    accept: "application/json, application/problem+json",
    "accept-language": spoken,
  };
  if (method !== "GET") {
    headers["x-csrf-token"] = csrfToken;
    headers["idempotency-key"] = crypto.randomUUID?.() ?? fallbackKey();
  }
  if (body !== undefined) headers["content-type"] = "application/json";
  const request: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) request.body = JSON.stringify(body);
  if (signal) request.signal = signal;
  const response = await fetch(url, request).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, {});
  });
  if (response.ok) return (await parsed(response)) as T;
  const problem = new Problem(response.status, ((await parsed(response)) ?? {}) as ProblemBody);
  if (problem.code === "sign_in_required") onSignedOut();
  throw problem;
}

async function parsed(response: Response): Promise<unknown> {
  const body = await response.text();
  if (!body) return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** `randomUUID` exists only on https and localhost; `getRandomValues` everywhere. */
function fallbackKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
