/**
 * The server's clock. In a demo it runs days ahead of the browser's, so
 * relative times are always counted from the server's last word.
 */

/** What is shown relative to now is renewed this often, in milliseconds. */
const RENEWED = 30_000;

let ahead = 0;
let shown = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

export function heardServerTime(now: number): void {
  ahead = now - Date.now() / 1000;
  // A clock that runs with the browser's needs no renewal out of turn.
  if (Math.abs(serverNow() - shown) > RENEWED / 1000) renew();
}

export function serverNow(): number {
  return Math.floor(Date.now() / 1000 + ahead);
}

/** The time all pages agree on until it is renewed. */
export function shownNow(): number {
  return shown;
}

/** Calls `watcher` at every renewal; the answer ends that. */
export function watchNow(watcher: () => void): () => void {
  if (watchers.size === 0) {
    shown = serverNow();
    timer = setInterval(renew, RENEWED);
  }
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) clearInterval(timer);
  };
}

function renew(): void {
  shown = serverNow();
  for (const watcher of watchers) watcher();
}
