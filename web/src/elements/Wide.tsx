import type { ReactNode } from "react";

/** Room for something that may be wider than the page, also for those who scroll by keyboard. */
export function Wide(props: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard
    <section className="wide" aria-label={props.label} tabIndex={0}>
      {props.children}
    </section>
  );
}
