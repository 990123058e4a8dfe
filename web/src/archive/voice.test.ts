import { expect, it } from "vitest";
import { voiceIn } from "./voice";

/** AMR-NB of 12.2 kbit/s (RFC 4867, section 5): 20 ms a frame. */
function amr(frames: number): ArrayBuffer {
  const bytes = new Uint8Array(6 + frames * 32);
  bytes.set(new TextEncoder().encode("#!AMR\n"));
  for (let at = 6; at < bytes.length; at += 1) bytes[at] = (at - 6) % 32 === 0 ? 0x3c : at % 251;
  return bytes.buffer;
}

it("a voice is as long as its frames, and a WAV", async () => {
  const voice = await voiceIn(amr(75));
  expect(voice?.seconds).toBe(1.5);
  const wav = new DataView((await voice?.wav.arrayBuffer()) ?? new ArrayBuffer(0));
  expect(wav.byteLength).toBe(44 + 1.5 * 8000 * 2);
  expect(wav.getUint32(24, true)).toBe(8000);
});

it("what is no AMR is no voice", async () => {
  for (const bytes of ["", "#!AMR\n", "\u0002#!SILK_V3 and more of it", "ID3 and something else"]) {
    expect(await voiceIn(new TextEncoder().encode(bytes).buffer as ArrayBuffer)).toBeNull();
  }
});
