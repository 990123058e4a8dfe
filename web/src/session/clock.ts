/**
 * The server's clock. In a demo it runs days ahead of the browser's, so
 * relative times are always counted from the server's last word.
 */

let ahead = 0;

export function heardServerTime(now: number): void {
  ahead = now - Date.now() / 1000;
}

export function serverNow(): number {
  return Math.floor(Date.now() / 1000 + ahead);
}
