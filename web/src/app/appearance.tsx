/** Language, colours and density: kept in the browser, applied at once. */

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
} from "react";
import { speak } from "../api/client";
import { createText, type Language, loadCatalogue, type Text } from "./text";

export type Colours = "light" | "dark" | "system";
export type Density = "comfortable" | "compact";

export interface Choice {
  language: Language;
  colours: Colours;
  density: Density;
}

interface Appearance extends Choice {
  text: Text;
  dark: boolean;
  choose(part: Partial<Choice>): void;
}

const STORED_AS = "jiebang.appearance";
const Context = createContext<Appearance | null>(null);

export function storedChoice(): Choice {
  const fallback: Choice = { language: "zh", colours: "system", density: "comfortable" };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED_AS) ?? "{}");
    return { ...fallback, ...(stored as Partial<Choice>) };
  } catch {
    return fallback;
  }
}

export async function loadText(language: Language): Promise<Text> {
  return createText(language, await loadCatalogue(language));
}

export function AppearanceProvider(props: { text: Text; choice: Choice; children: ReactNode }) {
  const [choice, setChoice] = useState(props.choice);
  const [text, setText] = useState(props.text);
  const systemDark = useSystemDark();
  const dark = choice.colours === "dark" || (choice.colours === "system" && systemDark);

  const choose = useCallback((part: Partial<Choice>) => {
    setChoice((before) => {
      const after = { ...before, ...part };
      localStorage.setItem(STORED_AS, JSON.stringify(after));
      return after;
    });
  }, []);

  useEffect(() => {
    if (choice.language !== text.language) void loadText(choice.language).then(setText);
  }, [choice.language, text.language]);

  // Before anything on the page asks the server in the language of before.
  useLayoutEffect(() => speak(text.language), [text.language]);
  useEffect(() => {
    document.documentElement.lang = text.language === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset.colours = dark ? "dark" : "light";
    // Scroll bars and the like are the browser's.
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }, [text.language, dark]);

  const value = useMemo(() => ({ ...choice, text, dark, choose }), [choice, text, dark, choose]);
  return <Context value={value}>{props.children}</Context>;
}

function useSystemDark(): boolean {
  const query = useMemo(() => window.matchMedia("(prefers-color-scheme: dark)"), []);
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const follow = () => setDark(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [query]);
  return dark;
}

export function useAppearance(): Appearance {
  const value = useContext(Context);
  if (!value) throw new Error("AppearanceProvider is missing");
  return value;
}

export function useText(): Text {
  return useAppearance().text;
}
