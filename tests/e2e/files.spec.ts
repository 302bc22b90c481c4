import { randomBytes } from "node:crypto";
import { deflateSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { isLong } from "../extent.ts";
import { Meeting } from "./meeting.ts";
import { heldBytes } from "./memory.ts";
import type { Person } from "./people.ts";
import { digest, isThrough, onDisk, save } from "./picked-files.ts";

const [MEGABYTES, POINTS] = isLong ? [500, 10] : [50, 3];
const PLACE = "GPS 52.52 N 13.40 E";

test("a picture goes without what it tells of its maker, is seen on both screens, and arrives to the pixel", async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  const picture = makePng(640, 480);

  await alice.page.setInputFiles("input[type=file]", { name: "beach.png", mimeType: "image/png", buffer: picture });
  await alice.page.getByRole("textbox", { name: "Write something to it" }).fill("from the beach");
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();

  for (const person of [alice, bob]) {
    const image = person.message("from the beach").getByRole("img", { name: "Picture: beach.png" });
    await expect(image).not.toHaveAttribute("data-small");
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(640);
  }
  const saved = await save(bob, "beach.png");
  expect(saved.includes(PLACE)).toBe(false);
  expect(saved.includes(picture.subarray(picture.indexOf("IDAT"), -16))).toBe(true);
});

test("a file of 20 MB by the relay goes on after a reload in the middle of either side, and is saved as it was", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  await alwaysByRelay(alice);
  await alice.turnTo(bob);
  const content = randomBytes(20_000_000);

  const halfUp = parts(alice, "PATCH", 5);
  await using film = await onDisk("film.bin", content);
  await alice.page.setInputFiles("input[type=file]", film.path);
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await halfUp;
  await alice.reload();
  const download = bob.button("Download film.bin");
  await expect(download).toBeVisible({ timeout: 60_000 });
  const halfDown = parts(bob, "GET", 5);
  await download.click();
  await halfDown;
  await bob.reload();

  const saved = await save(bob, "film.bin");
  expect(digest(saved)).toBe(digest(content));
  for (const person of [alice, bob]) await holdsLittle(person);
});

test(`a file of ${MEGABYTES} MB goes directly, after a reload at ${POINTS} points of either side, and is saved as it was`, {
  tag: "@gate",
}, async () => {
  test.setTimeout(isLong ? 1_200_000 : 180_000);
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  const content = randomBytes(MEGABYTES * 1_000_000);
  const uploads: string[] = [];
  for (const { page } of [alice, bob]) {
    page.on("request", (request) => request.method() === "POST" && uploads.push(new URL(request.url()).pathname));
  }
  await using film = await onDisk("film.bin", content);
  const startedAt = performance.now();

  await alice.page.setInputFiles("input[type=file]", film.path);
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await bob.button("Download film.bin").click({ timeout: 120_000 });
  for (let point = 0; point < POINTS; point++) {
    // Anywhere in the part of the file that belongs to this point.
    await isThrough(bob, (content.length * (point + Math.random())) / (POINTS + 1));
    await [bob, alice][point % 2]?.reload();
  }

  await expect(bob.button("Save film.bin")).toBeVisible({ timeout: 600_000 });
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`${MEGABYTES} MB with ${POINTS} reloads: ${seconds.toFixed(0)} s`);
  for (const person of [alice, bob]) await holdsLittle(person);
  expect(uploads.filter((path) => path.startsWith("/v1/blobs"))).toEqual([]);
  expect(digest(await save(bob, "film.bin"))).toBe(digest(content));
});

test("what says that it is a picture and is a page, is not shown", { tag: "@gate" }, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  const buffer = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>document.title='owned'</script></svg>");

  await alice.page.setInputFiles("input[type=file]", { name: "cat.png", mimeType: "image/png", buffer });
  await alice.page.getByRole("checkbox", { name: "Send pictures as original" }).check();
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();

  await expect(bob.page.getByText("This is not what its name says")).toBeVisible({ timeout: 30_000 });
  await expect(bob.page.getByRole("img", { name: /cat/ })).toHaveCount(0);
  expect(await bob.page.title()).not.toContain("owned");
});

/** Resolves when so many parts of a file have gone over the wire. */
function parts(person: Person, method: string, count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    person.page.on("response", (response) => {
      const isPart = response.request().method() === method && response.url().includes("/v1/blobs/");
      if (isPart && ++seen === count) resolve();
    });
  });
}

async function alwaysByRelay({ page }: Person): Promise<void> {
  await page.getByRole("link", { name: "Contact details" }).click();
  await page.getByRole("radio", { name: "Always use the relay" }).click();
}

/** The bar is far below what a whole file in memory would be. */
async function holdsLittle({ name, page }: Person): Promise<void> {
  const held = await heldBytes(page);
  console.log(`${name} holds ${(held / 1e6).toFixed(1)} MB`);
  expect(held).toBeLessThan(100_000_000);
}

/** A picture of stripes that says where it was taken. */
function makePng(width: number, height: number): Buffer {
  const row = Buffer.concat([Buffer.of(0), Buffer.from(Array.from({ length: width * 3 }, (_, at) => (at * 7) % 256))]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("tEXt", Buffer.from(`Comment\0${PLACE}`)),
    chunk("IDAT", deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  const named = Buffer.concat([Buffer.from(type), body]);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
