/** What the customers of a conversation said about the archive over time. */

import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Select, Timeline } from "antd";
import { useState } from "react";
import { archive } from "../api/calls";
import type { ArchiveConsent, Conversation } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { Moment } from "../elements/Moment";
import { Loaded, Nothing } from "../elements/Problems";
import { useMay } from "../session/session";

/** As a moment of an answer. */
const SINCE_EVER = 0;

export function Consents(props: { conversation: Conversation }) {
  const { t } = useText();
  const mayLook = useMay("archive.status");
  const [isOpen, setOpen] = useState(false);
  const customers = props.conversation.people.filter((one) => one.kind === "customer");
  const [chosen, setChosen] = useState<string>();
  const shown = chosen ?? customers[0]?.id;
  if (!mayLook || shown === undefined) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("ui.archive.consents")}</Button>
      <Drawer
        open={isOpen}
        size={440}
        title={t("ui.archive.consents")}
        destroyOnHidden
        onClose={() => setOpen(false)}
      >
        <p className="soft">{t("ui.archive.consents.told")}</p>
        <Select
          style={{ width: "100%", marginBottom: 20 }}
          aria-label={t("ui.archive.consents.whose")}
          showSearch={{ optionFilterProp: "label" }}
          value={shown}
          options={customers.map((one) => ({ value: one.id, label: one.name || one.id }))}
          onChange={setChosen}
        />
        <History customer={shown} conversation={props.conversation} />
      </Drawer>
    </>
  );
}

function History(props: { customer: string; conversation: Conversation }) {
  const { t } = useText();
  const asked = useQuery({
    queryKey: ["archive", "consents", props.customer],
    queryFn: () => archive.consents(props.customer),
  });
  return (
    <Loaded of={asked} lines={4}>
      {(page) =>
        page.items.length === 0 ? (
          <Nothing told={t("ui.archive.consents.none")} />
        ) : (
          <Timeline
            items={page.items.map((said) => ({
              key: `${said.at} ${said.userid} ${said.room_id}`,
              color: said.status === "disagree" ? STATE_COLOURS.refused : STATE_COLOURS.taken_over,
              content: <Said said={said} conversation={props.conversation} />,
            }))}
          />
        )
      }
    </Loaded>
  );
}

function Said(props: { said: ArchiveConsent; conversation: Conversation }) {
  const { t } = useText();
  const { said, conversation } = props;
  const member = conversation.people.find((one) => one.id === said.userid);
  const where = said.room_id
    ? t("ui.archive.consents.room", {
        room: said.room_id === conversation.room ? conversation.name || said.room_id : said.room_id,
      })
    : t("ui.archive.consents.member", { name: member?.name || said.userid });
  return (
    <>
      <div>{t(`ui.archive.consents.${said.status}`)}</div>
      <div className="soft">
        {said.at === SINCE_EVER ? t("ui.archive.consents.ever") : <Moment at={said.at} exact />}
        {" · "}
        {where}
        {" · "}
        {t(`ui.archive.consents.source.${said.source === "check" ? "check" : "message"}`)}
      </div>
    </>
  );
}
