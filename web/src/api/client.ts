/**
 * The one place that talks HTTP.
 *
 * Invariants: every answer that is not a success becomes a {@link Problem};
 * every write carries the CSRF token and an idempotency key, so that a retry
 * on the way never acts twice.
 */

import createClient, { type Middleware } from "openapi-fetch";
import type { ProblemBody } from "./contract";
import type { paths } from "./generated";

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
  readonly traceId: string | undefined;

  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.title ?? body.code ?? `HTTP ${status}`);
    this.code = body.code ?? (status === 0 ? "unreachable" : `http_${status}`);
    this.status = status;
    this.detail = body.detail ?? "";
    this.fields = body.fields ?? [];
    this.traceId = body.trace_id ?? undefined;
  }
}

let csrfToken = "";
let spoken = "zh";
let onSignedOut: () => void = () => {};
let askPassword: () => Promise<boolean> = () => Promise.resolve(false);

/** Takes over the CSRF token of a fresh session. */
export function trust(token: string): void {
  csrfToken = token;
}

/** The language the server should answer in: here by a header, where a link is followed by a cookie. */
export function speak(language: string): void {
  spoken = language;
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is there with HTTPS only.
  document.cookie = `jiebang_language=${language}; Path=/; SameSite=Lax; Max-Age=31536000${secure}`;
}

/** Called whenever the server says that nobody is signed in. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** Called whenever an act asks for the password first; true once it was given. */
export function whenPasswordNeeded(ask: () => Promise<boolean>): void {
  askPassword = ask;
}

const manners: Middleware = {
  onRequest({ request }) {
    request.headers.set("accept-language", spoken);
    if (request.method !== "GET") {
      request.headers.set("x-csrf-token", csrfToken);
      request.headers.set("idempotency-key", freshKey());
    }
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new Problem(0, {});
  },
};

export const http = createClient<paths>({ baseUrl: "" });
http.use(manners);

/** The body of a success; anything else is thrown as a {@link Problem}. */
export async function told<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await asked;
  if (response.ok) return data as NonNullable<T>;
  const body = typeof error === "object" && error !== null ? error : {};
  const problem = new Problem(response.status, body);
  if (problem.code === "sign_in_required") onSignedOut();
  throw problem;
}

/** Like {@link told}; if the password has to be given first, asks for it and asks again. */
export async function confirmed<T>(
  ask: () => Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  try {
    return await told(ask());
  } catch (error) {
    const needed = error instanceof Problem && error.code === "step_up_required";
    if (!needed || !(await askPassword())) throw error;
    return told(ask());
  }
}

/** `randomUUID` exists only on https and localhost; `getRandomValues` everywhere. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A query without its empty parts. */
export function filled<T extends object>(query: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> };
}
