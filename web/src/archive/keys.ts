/** The keys of the viewer: j and k by message, n and p by hit, / to search. */

import { useEffect, useRef } from "react";

/** Runs an act by its key, unless somebody types or a dialog is open. */
export function useKeys(acts: Record<string, () => void>): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const act = latest.current[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog]") !== null
  );
}

/** Goes so many messages on from the one in focus, or from the first in sight. */
export function toMessage(step: number): void {
  const lines = [...document.querySelectorAll<HTMLElement>(".thread [data-message]")];
  const here = lines.indexOf(document.activeElement as HTMLElement);
  const top = document.querySelector(".thread")?.getBoundingClientRect().top ?? 0;
  const inSight = lines.findIndex((line) => line.getBoundingClientRect().bottom > top);
  const next = lines[here === -1 ? inSight : here + step];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
