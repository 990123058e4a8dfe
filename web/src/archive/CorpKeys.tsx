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

/** Each with its next message. */
function Renew() {
  const { t } = useText();
  const { message } = App.useApp();
  return (
    <Confirmed
      word="ui.archive.conversation_keys.renew"
      run={archive.renewConversationKeys}
      onDone={() => void message.success(t("ui.archive.conversation_keys.renewed"))}
    />
  );
}

function Exchange() {
  const queries = useQueryClient();
  return (
    <Confirmed
      word="ui.archive.corp_key.exchange"
      run={archive.exchangeCorpKey}
      onDone={() => queries.invalidateQueries({ queryKey: QUERY.queryKey })}
    />
  );
}

/** A button that asks first; the words are under `word`, `word.ask` and `word.told`. */
function Confirmed(props: {
  word: "ui.archive.corp_key.exchange" | "ui.archive.conversation_keys.renew";
  run: () => Promise<unknown>;
  onDone: () => unknown;
}) {
  const { t } = useText();
  const told = useTold();
  const { message, modal } = App.useApp();
  const running = useMutation({
    mutationFn: props.run,
    onSuccess: props.onDone,
    onError: (error) => void message.error(told(error)),
  });
  const ask = () =>
    modal.confirm({
      title: t(`${props.word}.ask`),
      content: t(`${props.word}.told`),
      okText: t(props.word),
      onOk: () => running.mutateAsync().catch(() => undefined),
    });
  return (
    <Button size="small" loading={running.isPending} onClick={ask}>
      {t(props.word)}
    </Button>
  );
}
