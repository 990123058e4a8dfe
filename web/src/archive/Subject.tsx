/** Whom or what a hold or an erasure is about: shown, and chosen. */

import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Form, Segmented, Select } from "antd";
import { archive } from "../api/calls";
import type { ArchiveSubject } from "../api/contract";
import { useText } from "../app/appearance";
import { useMay } from "../session/session";
import { nameOf } from "./conversation";
import { PersonSelect, type Side, useNameOf } from "./PersonSelect";
import { ShortId } from "./Who";

const conversations = queryOptions({
  queryKey: ["archive", "conversations", "all"],
  queryFn: ({ signal }) => archive.conversations({ limit: 200 }, signal),
});

export function SubjectTold(props: {
  of: ArchiveSubject;
  /** It was erased: nothing can be opened. */
  gone?: boolean;
}) {
  const { t } = useText();
  const { of, id = "" } = props.of;
  if (of === "corp") return <>{t("ui.archive.subject.corp")}</>;
  if (of === "conversation") return <ConversationTold id={id} gone={props.gone ?? false} />;
  return <PersonTold id={id} />;
}

/** By those who take part, where it is among the newest; else by its id. */
function ConversationTold(props: { id: string; gone: boolean }) {
  const { t } = useText();
  const { id, gone } = props;
  const found = useQuery({
    ...conversations,
    enabled: useMay("archive.read") && !gone,
    staleTime: 60_000,
  });
  const name = nameOf(found.data?.items.find((one) => one.id === id));
  const word = t("ui.archive.subject.conversation");
  if (gone) {
    return (
      <>
        {word} <ShortId id={id} />
      </>
    );
  }
  return (
    <>
      <Link to="/archive/conversations/$id" params={{ id }} search={{}}>
        {name || word}
      </Link>
      <div className="soft small">
        {name && word} <ShortId id={id} />
      </div>
    </>
  );
}

/** Ids of WeCom's begin so where they are not of the corp's own people. */
const OUTSIDE = /^w[mob]/;

function PersonTold(props: { id: string }) {
  const may = { staff: useMay("directory.view"), customer: useMay("customer.view") };
  const name = useNameOf(OUTSIDE.test(props.id) ? "customer" : "staff", props.id, may);
  return (
    <>
      {name && <div>{name}</div>}
      <div className={name ? "mono soft small" : "mono"}>{props.id}</div>
    </>
  );
}

export interface SubjectTyped {
  of: ArchiveSubject["of"];
  person?: { id: string | undefined; side: Side | undefined };
  conversation?: string;
}

export function subjectOf(typed: SubjectTyped): ArchiveSubject {
  if (typed.of === "corp") return { of: "corp", id: "" };
  if (typed.of === "person") return { of: "person", id: typed.person?.id ?? "" };
  return { of: "conversation", id: typed.conversation ?? "" };
}

/** The fields of a form over {@link SubjectTyped}. */
export function SubjectFields(props: { kinds: ArchiveSubject["of"][] }) {
  const { t } = useText();
  const of = Form.useWatch("of");
  const missing = t("ui.archive.subject.missing");
  return (
    <>
      <Form.Item name="of" label={t("ui.archive.subject")}>
        <Segmented
          options={props.kinds.map((kind) => ({
            value: kind,
            label: t(`ui.archive.subject.${kind}`),
          }))}
        />
      </Form.Item>
      {of === "person" && (
        <Form.Item
          name="person"
          rules={[
            {
              validator: (_, value: SubjectTyped["person"]) =>
                value?.id ? Promise.resolve() : Promise.reject(new Error(missing)),
            },
          ]}
        >
          <PersonField />
        </Form.Item>
      )}
      {of === "conversation" && (
        <Form.Item name="conversation" rules={[{ required: true, message: missing }]}>
          <ConversationField />
        </Form.Item>
      )}
    </>
  );
}

function PersonField(props: {
  value?: SubjectTyped["person"];
  onChange?: (value: SubjectTyped["person"]) => void;
}) {
  return (
    <div className="row">
      <PersonSelect
        value={props.value?.id}
        side={props.value?.side}
        onChange={(id, side) => props.onChange?.({ id, side })}
      />
      {/* Several may have the same name. */}
      {props.value?.id && <span className="mono soft">{props.value.id}</span>}
    </div>
  );
}

function ConversationField(props: { value?: string; onChange?: (id: string) => void }) {
  const { t } = useText();
  const found = useQuery(conversations);
  return (
    <Select
      showSearch={{ optionFilterProp: "label" }}
      style={{ width: "100%" }}
      aria-label={t("ui.archive.subject.conversation")}
      placeholder={t("ui.archive.subject.conversation")}
      loading={found.isFetching}
      {...(props.value ? { value: props.value } : {})}
      {...(props.onChange ? { onChange: props.onChange } : {})}
      options={(found.data?.items ?? []).map((one) => ({
        value: one.id,
        label: nameOf(one) || t("ui.archive.unnamed"),
      }))}
    />
  );
}
