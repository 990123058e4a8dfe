import { Link } from "@tanstack/react-router";
import { useMay } from "../session/session";

/** A customer's name, leading to everything that happened to it. */
export function CustomerLink(props: { id: string; name: string | null | undefined }) {
  const mayView = useMay("customer.view");
  const shown = props.name || props.id;
  if (!mayView) return shown;
  return (
    <Link to="/customers/$id" params={{ id: props.id }} search={{}}>
      {shown}
    </Link>
  );
}
