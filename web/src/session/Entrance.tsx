/** Nobody passes without a session, nor with a password someone else knows. */

import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useText } from "../app/appearance";
import { Shell } from "../app/Shell";
import { Broken } from "../elements/Problems";
import { ChangePassword } from "./ChangePassword";
import { SignIn } from "./SignIn";
import { sessionQuery } from "./session";

export function Entrance() {
  const { t } = useText();
  const { data, error, refetch, isPending } = useQuery(sessionQuery);
  if (isPending) {
    return (
      <div className="sign-in">
        <Spin aria-label={t("ui.loading")} />
      </div>
    );
  }
  if (data === undefined) {
    return (
      <main className="sign-in">
        <Broken error={error} retry={() => void refetch()} />
      </main>
    );
  }
  if (!data) return <SignIn />;
  if (data.account.must_change_password) return <ChangePassword forced />;
  return <Shell />;
}
