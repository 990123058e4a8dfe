/** What a message carries: shown as soon as it is here, and told why while it is not. */

import { FileOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Image } from "antd";
import { createContext, useContext, useEffect } from "react";
import { archive } from "../api/calls";
import type { ArchiveMessage, MessageFile } from "../api/contract";
import { useText } from "../app/appearance";
import type { Media } from "./body";
import { length, size } from "./thread";

/** The message whose content is shown: files inside forwarded ones are found by it. */
export const Carrier = createContext<Pick<ArchiveMessage, "id" | "files"> | null>(null);

const PICTURES = new Set(["image", "emotion_gif", "emotion_png"]);

export function FileView(props: { media: Media }) {
  const { media } = props;
  const carrier = useContext(Carrier);
  const file = carrier?.files.find((one) => one.place === media.place);
  if (!carrier || file?.state !== "stored") return <NotHere media={media} file={file} />;
  const address = archive.fileAddress(carrier.id, media.place);
  if (PICTURES.has(media.kind)) return <Picture media={media} address={address} />;
  if (media.kind === "voice") return <VoiceNote media={media} address={address} />;
  if (media.kind === "voice_call") return <Sound media={media} address={address} />;
  if (media.kind === "video") return <Film media={media} address={address} />;
  return <Attachment media={media} address={address} />;
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
  const { t, find } = useText();
  const name = useNameOf()(props.media);
  const facts = useFacts()(props.media);
  const state = props.file?.state ?? "missing";
  const reason = props.file?.reason;
  const why = reason && (find(`ui.archive.file.reason.${reason}`) ?? reason);
  return (
    <span className="chat-file">
      <FileOutlined aria-hidden />
      <span>
        <b>{name}</b>
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
}

function Picture({ media, address }: Here) {
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
    />
  );
}

function Sound({ media, address }: Here) {
  const { t } = useText();
  const name = useNameOf()(media);
  return (
    <span className="chat-sound">
      {/* biome-ignore lint/a11y/useMediaCaption: what was said has no captions */}
      <audio controls preload="none" src={address} aria-label={name} />
      <a href={address} download className="small">
        {t("ui.archive.download")} {useFacts()(media)}
      </a>
    </span>
  );
}

/** A voice is fetched and decoded when somebody wants to hear it. */
function VoiceNote({ media, address }: Here) {
  const { t } = useText();
  const name = useNameOf()(media);
  const facts = useFacts()(media);
  const asked = useMutation({
    mutationFn: async () => {
      const [{ voiceIn }, file] = await Promise.all([import("./voice"), fetched(address)]);
      const voice = await voiceIn(file);
      return voice && URL.createObjectURL(voice.wav);
    },
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
      <a href={address} download className="small">
        {t("ui.archive.download")} {facts}
      </a>
    </span>
  );
}

async function fetched(address: string): Promise<ArrayBuffer> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the file was answered with ${answer.status}`);
  return answer.arrayBuffer();
}

function Film({ media, address }: Here) {
  const name = useNameOf()(media);
  return (
    // biome-ignore lint/a11y/useMediaCaption: what was filmed has no captions
    <video controls preload="none" src={address} aria-label={name} className="chat-film" />
  );
}

function Attachment({ media, address }: Here) {
  const { t } = useText();
  const name = useNameOf()(media);
  return (
    <a href={address} download={media.name ?? true} className="chat-file">
      <FileOutlined aria-hidden />
      <span>
        <b>{name}</b>
        <small>{[useFacts()(media), t("ui.archive.download")].filter(Boolean).join(" · ")}</small>
      </span>
    </a>
  );
}
