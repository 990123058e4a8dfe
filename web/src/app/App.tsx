import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
// Names of months and days in pickers.
import "dayjs/locale/zh-cn";
import { Problem, whenSignedOut } from "../api/client";
import { sessionQuery } from "../session/session";
import { AppearanceProvider, type Choice, useAppearance } from "./appearance";
import { createAppRouter } from "./router";
import type { Text } from "./text";
import { themeOf } from "./theme";

const queries = new QueryClient({
  mutationCache: new MutationCache(),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && error instanceof Problem && error.status === 0,
      refetchOnWindowFocus: true,
    },
  },
});
const router = createAppRouter(queries);
whenSignedOut(() => {
  // What one person saw must not be there for the next one.
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  queries.setQueryData(sessionQuery.queryKey, null);
});

export function App(props: { text: Text; choice: Choice }) {
  return (
    <AppearanceProvider text={props.text} choice={props.choice}>
      <QueryClientProvider client={queries}>
        <Dressed />
      </QueryClientProvider>
    </AppearanceProvider>
  );
}

function Dressed() {
  const { text, dark, density } = useAppearance();
  return (
    <ConfigProvider
      locale={text.language === "zh" ? zhCN : enGB}
      theme={themeOf(dark, density)}
      button={{ autoInsertSpace: false }}
    >
      <AntApp>
        <RouterProvider router={router} />
      </AntApp>
    </ConfigProvider>
  );
}
