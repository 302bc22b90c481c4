// Part of `npm run bench:link`: how fast a file goes from one browser to another, from the click on "Download" until all of
// it is checked and durable there, against a bare data channel between the same two pages that throws away what comes. In
// turns, in one run; medians.

import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { expect, type Page } from "@playwright/test";
import type { Person } from "../e2e/people.ts";

const MEGABYTE = 1_000_000;

/** Bytes per second, medians of `rounds` each. */
export async function measureTransfer(
  alice: Person,
  bob: Person,
  megabytes: number,
  rounds: number,
): Promise<{ readonly file: number; readonly bare: number }> {
  const bytes = megabytes * MEGABYTE;
  const seconds = { file: [] as number[], bare: [] as number[] };
  await using folder = await mkdtempDisposable(join(tmpdir(), "tacit-bench-"));
  for (let round = 0; round < rounds; round++) {
    seconds.bare.push(await bareSeconds(alice.page, bob.page, bytes));
    const name = `bench-${round}.bin`;
    const path = join(folder.path, name);
    await writeNoise(path, megabytes);
    seconds.file.push(await fileSeconds(alice, bob, path, name));
  }
  return { file: bytes / middle(seconds.file), bare: bytes / middle(seconds.bare) };
}

export async function writeNoise(path: string, megabytes: number): Promise<void> {
  const block = randomBytes(MEGABYTE);
  await pipeline(function* () {
    for (let at = 0; at < megabytes; at++) {
      const part = Buffer.from(block);
      part.writeUInt32BE(at);
      yield part;
    }
  }, createWriteStream(path));
}

async function fileSeconds(alice: Person, bob: Person, path: string, name: string): Promise<number> {
  await alice.page.setInputFiles("input[type=file]", path);
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  const download = bob.button(`Download ${name}`);
  await expect(download).toBeVisible({ timeout: 600_000 });
  const startedAt = performance.now();
  await download.click();
  await expect(bob.button(`Save ${name}`)).toBeVisible({ timeout: 1_200_000 });
  return (performance.now() - startedAt) / 1_000;
}

/** The same back-pressure as ours: 64 KiB at a time, on at 256 KiB, off at 1 MiB. */
async function bareSeconds(from: Page, to: Page, bytes: number): Promise<number> {
  const offer = await from.evaluate(async (): Promise<string> => {
    const peer = new RTCPeerConnection();
    const channel = peer.createDataChannel("bare", { negotiated: true, id: 0 });
    Object.assign(window, { barePeer: peer, bareChannel: channel });
    await peer.setLocalDescription();
    await new Promise<void>((resolve) => {
      peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve();
    });
    return peer.localDescription?.sdp ?? "";
  });
  const answer = await to.evaluate(
    async ([sdp, expected]): Promise<string> => {
      const peer = new RTCPeerConnection();
      const channel = peer.createDataChannel("bare", { negotiated: true, id: 0 });
      channel.binaryType = "arraybuffer";
      let got = 0;
      const all = new Promise<void>((resolve) => {
        channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
          got += data.byteLength;
          if (got >= Number(expected)) resolve();
        };
      });
      Object.assign(window, { barePeer: peer, bareAll: all });
      await peer.setRemoteDescription({ type: "offer", sdp: String(sdp) });
      await peer.setLocalDescription();
      await new Promise<void>((resolve) => {
        peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve();
      });
      return peer.localDescription?.sdp ?? "";
    },
    [offer, bytes],
  );
  const startedAt = performance.now();
  await from.evaluate(
    async ([sdp, total]) => {
      const { barePeer: peer, bareChannel: channel } = window as unknown as {
        barePeer: RTCPeerConnection;
        bareChannel: RTCDataChannel;
      };
      await peer.setRemoteDescription({ type: "answer", sdp: String(sdp) });
      if (channel.readyState !== "open") await new Promise((resolve) => channel.addEventListener("open", resolve));
      channel.bufferedAmountLowThreshold = 256 * 1024;
      const block = crypto.getRandomValues(new Uint8Array(64 * 1024));
      for (let left = Number(total); left > 0; left -= block.length) {
        if (channel.bufferedAmount > 1024 * 1024) {
          await new Promise((resolve) => channel.addEventListener("bufferedamountlow", resolve, { once: true }));
        }
        channel.send(block);
      }
    },
    [answer, bytes],
  );
  await to.evaluate(() => (window as unknown as { bareAll: Promise<void> }).bareAll);
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const page of [from, to]) {
    await page.evaluate(() => (window as unknown as { barePeer: RTCPeerConnection }).barePeer.close());
  }
  return seconds;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
