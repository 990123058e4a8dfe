/** What a message carries: shown as soon as it is here, and told why while it is not. */

import { FileOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Image } from "antd";
import { type MouseEvent, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { archive } from "../api/calls";
import { Problem } from "../api/client";
import type { MessageFile } from "../api/contract";
import { useText } from "../app/appearance";
import type { Media } from "./body";
import { useFileReason } from "./fileReason";
import { Carrier, Marked } from "./Marked";
import { isReasonWanted, ReasonOrProblem } from "./Reason";
import { length, size } from "./thread";

const PICTURES = new Set(["image", "emotion_gif", "emotion_png"]);

/** Extensions of files that are shown as a picture. */
const IMAGES = new Set(["png", "jpg", "jpeg", "gif", "webp"]);
/** Those that the server gives to be shown, and browsers show, in a tab. */
const VIEWABLE = new Set([...IMAGES, "pdf", "mp4"]);

export function FileView(props: { media: Media }) {
  const { media } = props;
  const carrier = useContext(Carrier);
  const file = carrier?.files.find((one) => one.place === media.place);
  if (!carrier || file?.state !== "stored") return <NotHere media={media} file={file} />;
  return <Stored media={media} address={archive.fileAddress(carrier.id, media.place)} />;
}

/** What is stored, or why it does not come: the hour of a reason may have ended. */
function Stored({ media, address }: { media: Media; address: string }) {
  const name = useNameOf()(media);
  const [lost, setLost] = useState<unknown>(null);
  const [isBroken, setBroken] = useState(false);
  // An element tells that its bytes did not come or are none it can show, and not which.
  const probe = useMutation({
    mutationFn: () => fetched(address, FIRST_BYTE),
    onError: setLost,
    onSuccess: () => setBroken(true),
  });
  if (lost) {
    return (
      <span className="chat-file">
        <FileOutlined aria-hidden />
        <span>
          <b>{name}</b>
          <ReasonOrProblem small patient error={lost} retry={() => setLost(null)} />
        </span>
      </span>
    );
  }
  const here = { media, address, onError: () => probe.mutate(), onLost: setLost };
  if (isBroken) return <Attachment {...here} isBroken />;
  if (PICTURES.has(media.kind)) return <Picture {...here} />;
  if (media.kind === "voice") return <VoiceNote {...here} />;
  if (media.kind === "voice_call") return <Sound {...here} />;
  if (media.kind === "video") return <Film {...here} />;
  return <Attachment {...here} />;
}

function useNameOf(): (media: Media) => string {
  const { t, find } = useText();
  return (media) => media.name || find(`ui.archive.media.${media.kind}`) || t("ui.archive.file");
}

function useFacts(): (media: Media) => string {
  return (media) =>
    [media.seconds !== null && length(media.seconds), media.size !== null && size(media.size)]
      .filter(Boolean)
      .join(" · ");
}

/** Why a file cannot be shown. */
function NotHere(props: { media: Media; file: MessageFile | undefined }) {
  const { t } = useText();
  const reasonTold = useFileReason();
  const name = useNameOf()(props.media);
  const facts = useFacts()(props.media);
  const state = props.file?.state ?? "missing";
  const reason = props.file?.reason;
  const why = reason && reasonTold(reason);
  return (
    <span className="chat-file">
      <FileOutlined aria-hidden />
      <span>
        <b>
          <Marked text={name} />
        </b>
        <small>
          {[facts, t(`ui.archive.file.state.${state as MessageFile["state"]}`), why]
            .filter(Boolean)
            .join(" · ")}
        </small>
      </span>
    </span>
  );
}

interface Here {
  media: Media;
  address: string;
  /** An element could not show it. */
  onError: () => void;
  /** It was asked for and refused. */
  onLost: (error: unknown) => void;
}

function Picture({ media, address, onError }: Here) {
  const name = useNameOf()(media);
  const known = media.width && media.height;
  const width = known ? Math.min(220, media.width ?? 220) : 180;
  const height = known ? (width * (media.height ?? 1)) / (media.width ?? 1) : 130;
  return (
    <Image
      src={address}
      alt={name}
      width={width}
      height={Math.min(height, 320)}
      style={{ objectFit: "contain" }}
      loading="lazy"
      onError={onError}
    />
  );
}

function Sound({ media, address, onError, onLost }: Here) {
  const { t } = useText();
  const name = useNameOf()(media);
  return (
    <span className="chat-sound">
      {/* biome-ignore lint/a11y/useMediaCaption: what was said has no captions */}
      <audio controls preload="none" src={address} aria-label={name} onError={onError} />
      <Bytes address={address} download onLost={onLost} className="small">
        {t("ui.archive.download")} {useFacts()(media)}
      </Bytes>
    </span>
  );
}

/** A voice is fetched and decoded when somebody wants to hear it. */
function VoiceNote({ media, address, onLost }: Here) {
  const { t } = useText();
  const name = useNameOf()(media);
  const facts = useFacts()(media);
  const asked = useMutation({
    mutationFn: async () => {
      const [{ voiceIn }, file] = await Promise.all([import("./voice"), fetched(address)]);
      const voice = await voiceIn(await file.arrayBuffer());
      return voice && URL.createObjectURL(voice.wav);
    },
    onError: (error) => isReasonWanted(error) && onLost(error),
  });
  const sound = asked.data;
  useEffect(() => () => URL.revokeObjectURL(sound ?? ""), [sound]);
  const failed = asked.isError || sound === null;
  return (
    <span className="chat-sound">
      {sound ? (
        // biome-ignore lint/a11y/useMediaCaption: what was said has no captions
        <audio controls autoPlay src={sound} aria-label={name} />
      ) : (
        <Button
          icon={<PlayCircleOutlined />}
          loading={asked.isPending}
          disabled={sound === null}
          aria-label={t("ui.archive.voice.play", { length: length(media.seconds ?? 0) })}
          onClick={() => asked.mutate()}
        >
          {media.seconds === null ? name : length(media.seconds)}
        </Button>
      )}
      <span className="small" role="status">
        {failed && t(asked.isError ? "ui.archive.voice.lost" : "ui.archive.voice.unknown")}
      </span>
      <Bytes address={address} download onLost={onLost} className="small">
        {t("ui.archive.download")} {facts}
      </Bytes>
    </span>
  );
}

const FIRST_BYTE = { range: "bytes=0-0" };

async function fetched(address: string, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(address, { headers });
  // Nothing has no first byte.
  if (answer.ok || answer.status === 416) return answer;
  throw new Problem(answer.status, await answer.json().catch(() => ({})));
}

/** A link to the bytes that asks first: a refusal would be saved, or fill a page. */
function Bytes(props: {
  address: string;
  onLost: (error: unknown) => void;
  children: ReactNode;
  className?: string;
  download?: string | true;
  target?: "_blank";
  /** What is read out, where the words in sight do not tell which file. */
  label?: string;
}) {
  const { address, onLost, children, label, ...rest } = props;
  const isGranted = useRef(false);
  const pressed = async (event: MouseEvent<HTMLAnchorElement>) => {
    if (isGranted.current) {
      isGranted.current = false;
      return;
    }
    event.preventDefault();
    const link = event.currentTarget;
    try {
      await fetched(address, FIRST_BYTE);
      isGranted.current = true;
      link.click();
    } catch (error) {
      onLost(error);
    }
  };
  return (
    <a href={address} rel="noopener" aria-label={label} onClick={pressed} {...rest}>
      {children}
    </a>
  );
}

function Film({ media, address, onError }: Here) {
  const name = useNameOf()(media);
  return (
    // biome-ignore lint/a11y/useMediaCaption: what was filmed has no captions
    <video
      controls
      preload="none"
      src={address}
      aria-label={name}
      className="chat-film"
      onError={onError}
    />
  );
}

function Attachment({ media, address, onError, onLost, isBroken }: Here & { isBroken?: boolean }) {
  const { t } = useText();
  const name = useNameOf()(media);
  const facts = useFacts()(media);
  const extension = media.extension?.toLowerCase() ?? "";
  const link = (word: string, rest: Partial<Parameters<typeof Bytes>[0]>) => (
    <Bytes address={address} onLost={onLost} label={`${word} ${name}`} {...rest}>
      {word}
    </Bytes>
  );
  return (
    <div className="stack tight">
      {IMAGES.has(extension) && !isBroken && (
        <Picture media={media} address={address} onError={onError} onLost={onLost} />
      )}
      <span className="chat-file">
        <FileOutlined aria-hidden />
        <span>
          <b>
            <Marked text={name} />
          </b>
          <small>
            {facts && `${facts} · `}
            {VIEWABLE.has(extension) && (
              <>
                {link(t("ui.open"), { address: `${address}?view=true`, target: "_blank" })}
                {" · "}
              </>
            )}
            {link(t("ui.archive.download"), { download: media.name ?? true })}
          </small>
        </span>
      </span>
    </div>
  );
}
