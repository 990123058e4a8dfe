/** Who did something, and ids that are too long to be read. */

import { useQuery } from "@tanstack/react-query";
import { accounts } from "../api/calls";
import { useText } from "../app/appearance";
import { useMay, useSession } from "../session/session";

/** `account:<id>` or `operator`. Names of other accounts are for those who manage them. */
export function Who(props: { of: string }) {
  const { t, find } = useText();
  const { account } = useSession();
  const [kind = "", id = ""] = props.of.split(":");
  const isOther = kind === "account" && id !== account.id;
  const { data } = useQuery({
    queryKey: ["accounts"],
    queryFn: accounts.list,
    enabled: useMay("account.manage") && isOther,
    staleTime: 60_000,
  });
  if (kind !== "account") return <>{find(`ui.actor.${kind}`) ?? props.of}</>;
  const known = isOther ? data?.items.find((one) => one.id === id) : account;
  if (known) return <span title={known.login}>{known.name || known.login}</span>;
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
