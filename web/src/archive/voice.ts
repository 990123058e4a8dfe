/**
 * Voice messages. WeCom keeps them as AMR, which no browser plays: they are decoded here, by
 * opencore-amr in WebAssembly, and given to the browser as WAV. Loaded with the first voice played.
 */

import decode from "@audio/decode-amr";

export interface Voice {
  /** WAV (RIFF), 16 bit, one channel. */
  wav: Blob;
  seconds: number;
}

/** The voice in a file, or nothing where it is no AMR, as with the SILK of some clients. */
export async function voiceIn(file: ArrayBuffer): Promise<Voice | null> {
  const { channelData, sampleRate } = await decode(file);
  const samples = channelData[0];
  if (!samples || samples.length === 0) return null;
  return { wav: wavOf(samples, sampleRate), seconds: samples.length / sampleRate };
}

const HEAD = 44;

/** Samples from -1 to 1 as a WAV. */
function wavOf(samples: Float32Array, rate: number): Blob {
  const bytes = new DataView(new ArrayBuffer(HEAD + samples.length * 2));
  const word = (at: number, letters: string) => {
    for (const [place, letter] of [...letters].entries()) {
      bytes.setUint8(at + place, letter.charCodeAt(0));
    }
  };
  word(0, "RIFF");
  bytes.setUint32(4, bytes.byteLength - 8, true);
  word(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, rate * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  word(36, "data");
  bytes.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, place) => {
    const held = Math.max(-1, Math.min(1, sample));
    bytes.setInt16(HEAD + place * 2, Math.round(held * 0x7fff), true);
  });
  return new Blob([bytes], { type: "audio/wav" });
}
