/**
 * One calm green-blue; every text colour passes AA on its ground, which some
 * of Ant Design's own defaults do not.
 */

import { type ThemeConfig, theme } from "antd";
import type { Density } from "./appearance";

const FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", ' +
  '"Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';

const LIGHT = {
  colorPrimary: "#1b6f7d",
  colorInfo: "#1b6f7d",
  colorLink: "#17616d",
  colorLinkHover: "#1f7a88",
  colorLinkActive: "#124f5a",
  colorSuccess: "#1f7a55",
  colorWarning: "#8a5a00",
  colorError: "#b3362b",
  colorText: "rgba(16,32,34,0.92)",
  colorTextSecondary: "rgba(16,32,34,0.72)",
  colorTextTertiary: "rgba(16,32,34,0.64)",
  colorTextDescription: "rgba(16,32,34,0.66)",
  colorTextPlaceholder: "rgba(16,32,34,0.66)",
  colorBgLayout: "#f3f6f6",
  colorPrimaryBg: "#e4f0f1",
  colorPrimaryBgHover: "#d3e6e8",
  colorPrimaryBorder: "#9fcbd1",
  colorPrimaryHover: "#1f7a88",
  colorPrimaryActive: "#124f5a",
  colorInfoBg: "#eaf3f5",
  colorInfoBorder: "#b3d3d8",
  colorSuccessBg: "#e8f5ee",
  colorSuccessBorder: "#a9d6c1",
  colorWarningBg: "#fdf5e3",
  colorWarningBorder: "#e8d09a",
  colorErrorBg: "#fcedeb",
  colorErrorBgHover: "#fadfdc",
  colorErrorBorder: "#ebbab5",
};

const DARK = {
  colorPrimary: "#66c7d6",
  colorInfo: "#66c7d6",
  colorLink: "#6cc3d0",
  colorLinkHover: "#8ad7e2",
  colorLinkActive: "#54b2c1",
  colorSuccess: "#4fb58a",
  colorWarning: "#d9a441",
  colorError: "#ef7d72",
  colorTextSecondary: "rgba(255,255,255,0.74)",
  colorTextTertiary: "rgba(255,255,255,0.64)",
  colorTextDescription: "rgba(255,255,255,0.66)",
  colorTextPlaceholder: "rgba(255,255,255,0.62)",
  colorBgBase: "#121819",
  colorBgLayout: "#0d1213",
  colorBgContainer: "#171f20",
  colorBgElevated: "#1d2728",
  colorPrimaryBg: "#163035",
  colorPrimaryBgHover: "#1c3d43",
  colorPrimaryBorder: "#275962",
  colorPrimaryHover: "#86d6e2",
  colorPrimaryActive: "#4fb0bf",
  colorInfoBg: "#15292d",
  colorInfoBorder: "#275058",
  colorSuccessBg: "#142b22",
  colorSuccessBorder: "#265443",
  colorWarningBg: "#2b2413",
  colorWarningBorder: "#5c4a20",
  colorErrorBg: "#2f1b19",
  colorErrorBorder: "#66342f",
};

export function themeOf(dark: boolean, density: Density): ThemeConfig {
  const algorithms = [dark ? theme.darkAlgorithm : theme.defaultAlgorithm];
  if (density === "compact") algorithms.push(theme.compactAlgorithm);
  return {
    algorithm: algorithms,
    token: {
      ...(dark ? DARK : LIGHT),
      fontFamily: FONT,
      lineHeight: 1.6,
      borderRadius: 6,
      wireframe: false,
      // Calm and at once; a spinner that fades out would also stay in the name of its button.
      motion: false,
    },
    components: {
      Layout: {
        siderBg: dark ? "#121819" : "#ffffff",
        headerBg: dark ? "#121819" : "#ffffff",
        headerHeight: 52,
        headerPadding: "0 20px",
      },
      Menu: {
        itemBorderRadius: 6,
        activeBarBorderWidth: 0,
        subMenuItemBg: "transparent",
        itemHeight: 36,
      },
      Button: dark ? { primaryColor: "#04181b" } : {},
      Table: { headerBorderRadius: 6 },
    },
  };
}

/** Colours of row states, the same in bars, dots and charts. */
export const STATE_COLOURS: Readonly<Record<string, string>> = {
  taken_over: "#2f9a72",
  waiting: "#4a86c5",
  intended: "#7aa7d6",
  unsure: "#a98bd0",
  postponed: "#c9982f",
  awaiting_approval: "#c07f1f",
  planned: "#93a5a8",
  refused: "#cf5a4d",
  full: "#b5487a",
  no_relation: "#9c5b3c",
  failed: "#8f2f2a",
  blocked: "#6d7b7e",
  unassigned: "#b08c5a",
  cancelled: "#59666a",
};
