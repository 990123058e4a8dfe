import { useText } from "../app/appearance";

/** Why a file is not here, or not as its message says, in words. */
export function useFileReason(): (reason: string) => string {
  const { find } = useText();
  return (reason) =>
    find(`ui.archive.file.reason.${reason}`) ?? find(`archive.failure.${reason}`) ?? reason;
}
