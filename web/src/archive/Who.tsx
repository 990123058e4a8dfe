/** Who did something, and ids that are too long to be read. */

import { useText } from "../app/appearance";

/** `account:<id>` or `operator`, with the name of the account as far as it is there. */
export function Who(props: { of: string; name: string | null }) {
  const { t, find } = useText();
  const [kind = "", id = ""] = props.of.split(":");
  if (kind !== "account") return <>{find(`ui.actor.${kind}`) ?? props.of}</>;
  if (props.name) return <span title={id}>{props.name}</span>;
  return (
    <span>
      {t("ui.actor.account")} <ShortId id={id} />
    </span>
  );
}

const SHOWN = 8;

export function ShortId(props: { id: string }) {
  const { id } = props;
  return (
    <span className="mono" title={id}>
      {id.length > SHOWN ? `…${id.slice(-SHOWN)}` : id}
    </span>
  );
}
