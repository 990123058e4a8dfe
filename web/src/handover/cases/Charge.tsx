/** Who sees to a case or an item of it, and by when. */

import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Modal, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { cases } from "../../api/calls";
import { useText } from "../../app/appearance";

interface Charged {
  owner: string | null;
  due_at: number;
}

interface Change {
  /** An empty text: nobody. */
  owner: string;
  due_at: number;
}

interface Props {
  of: Charged;
  /** What it is about, for the title. */
  title: string;
  change: (wanted: Change) => Promise<unknown>;
}

export function Charge(props: Props) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const title = t("ui.case.charge.of", { title: props.title });
  return (
    <>
      <Button size="small" type="text" aria-label={title} onClick={() => setOpen(true)}>
        {t("ui.case.charge")}
      </Button>
      <Modal
        open={open}
        title={title}
        footer={null}
        destroyOnHidden
        width={420}
        onCancel={() => setOpen(false)}
      >
        <ChargeForm {...props} done={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function ChargeForm(props: Props & { done: () => void }) {
  const { t } = useText();
  const { of } = props;
  const owners = useQuery({ queryKey: ["cases", "owners"], queryFn: cases.owners });
  const [owner, setOwner] = useState(of.owner ?? "");
  const [due, setDue] = useState(of.due_at);
  const [busy, setBusy] = useState(false);
  const save = () => {
    setBusy(true);
    // What went wrong has been told by the change itself.
    props
      .change({ owner, due_at: due })
      .then(props.done, () => undefined)
      .finally(() => setBusy(false));
  };
  const known = owners.data?.items ?? [];
  const options = [
    { value: "", label: t("ui.cases.owner.none") },
    ...known.map((one) => ({ value: one.id, label: one.name })),
  ];
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={t("ui.cases.owner")}>
        <Select
          aria-label={t("ui.cases.owner")}
          loading={owners.isFetching}
          showSearch={{ optionFilterProp: "label" }}
          value={owners.data ? owner : ""}
          options={options}
          onChange={setOwner}
        />
      </Form.Item>
      <Form.Item label={t("ui.cases.due")}>
        <DatePicker
          style={{ width: "100%" }}
          aria-label={t("ui.cases.due")}
          allowClear={false}
          value={dayjs.unix(due)}
          onChange={(day) => day && setDue(day.endOf("day").unix())}
        />
      </Form.Item>
      <Button type="primary" block loading={busy} disabled={!owners.data} onClick={save}>
        {t("ui.save")}
      </Button>
    </Form>
  );
}
