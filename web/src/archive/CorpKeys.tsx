/** The keys of ours that wrap those of the conversations, and exchanging them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Table, Tag } from "antd";
import { archive } from "../api/calls";
import type { CorpKey } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { Loaded, Nothing, useTold } from "../elements/Problems";
import { Wide } from "../elements/Wide";
import { useMay } from "../session/session";

const QUERY = { queryKey: ["archive", "corp_keys"], queryFn: archive.corpKeys };
/** Milliseconds between looks while an old key still wraps some. */
const LOOK = 2_000;

export function CorpKeys() {
  const { t, number } = useText();
  const mayManage = useMay("archive.manage");
  const asked = useQuery({
    ...QUERY,
    refetchInterval: ({ state }) => {
      const old = state.data?.items.slice(0, -1) ?? [];
      return old.some((key) => key.wraps > 0) ? LOOK : false;
    },
  });
  const last = asked.data?.items.at(-1)?.number;
  return (
    <section className="card">
      <div className="row spread" style={{ marginBottom: 8 }}>
        <h2 style={{ margin: 0, fontSize: 15 }}>{t("ui.archive.corp_keys")}</h2>
        {mayManage && last !== undefined && (
          <span className="row">
            <Renew />
            <Exchange />
          </span>
        )}
      </div>
      <p className="soft">{t("ui.archive.corp_keys.told")}</p>
      <Loaded of={asked} lines={2}>
        {(page) =>
          page.items.length === 0 ? (
            <Nothing told={t("ui.archive.corp_keys.none")} />
          ) : (
            <Wide label={t("ui.archive.corp_keys")}>
              <Table<CorpKey>
                size="middle"
                pagination={false}
                rowKey="number"
                dataSource={[...page.items].reverse()}
                columns={[
                  {
                    title: t("ui.archive.corp_key.number"),
                    render: (_, key) => (
                      <>
                        {key.number}{" "}
                        {key.number === last && (
                          <Tag color="success">{t("ui.archive.corp_key.in_use")}</Tag>
                        )}
                      </>
                    ),
                  },
                  {
                    title: t("ui.archive.corp_key.wraps"),
                    width: 200,
                    align: "right",
                    render: (_, key) => number(key.wraps),
                  },
                  {
                    title: t("ui.archive.corp_key.made"),
                    width: 150,
                    render: (_, key) => <Moment at={key.created_at} />,
                  },
                ]}
              />
            </Wide>
          )
        }
      </Loaded>
    </section>
  );
}

/** Gives every conversation a new key, each with its next message. */
function Renew() {
  const { t } = useText();
  const told = useTold();
  const { message, modal } = App.useApp();
  const renew = useMutation({
    mutationFn: archive.renewConversationKeys,
    onSuccess: () => void message.success(t("ui.archive.conversation_keys.renewed")),
    onError: (error) => void message.error(told(error)),
  });
  const ask = () =>
    modal.confirm({
      title: t("ui.archive.conversation_keys.renew.ask"),
      content: t("ui.archive.conversation_keys.renew.told"),
      okText: t("ui.archive.conversation_keys.renew"),
      onOk: () => renew.mutateAsync().catch(() => undefined),
    });
  return (
    <Button size="small" loading={renew.isPending} onClick={ask}>
      {t("ui.archive.conversation_keys.renew")}
    </Button>
  );
}

function Exchange() {
  const { t } = useText();
  const told = useTold();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const exchange = useMutation({
    mutationFn: archive.exchangeCorpKey,
    onSuccess: () => queries.invalidateQueries({ queryKey: QUERY.queryKey }),
    onError: (error) => void message.error(told(error)),
  });
  const ask = () =>
    modal.confirm({
      title: t("ui.archive.corp_key.exchange.ask"),
      content: t("ui.archive.corp_key.exchange.told"),
      okText: t("ui.archive.corp_key.exchange"),
      onOk: () => exchange.mutateAsync().catch(() => undefined),
    });
  return (
    <Button size="small" loading={exchange.isPending} onClick={ask}>
      {t("ui.archive.corp_key.exchange")}
    </Button>
  );
}
