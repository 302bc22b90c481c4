// Part of `npm run bench:link`: how long from the click on "Call … with video" to the first picture of the other one, with
// somebody who accepts the moment that it rings; and how long from that accept. By the clocks of the two pages, which are
// one machine's. The first call of each browser is not counted.

import type { Page } from "@playwright/test";
import { accept, call, isTalking, joinCaller } from "../e2e/callers.ts";
import { friends, type Person } from "../e2e/people.ts";
import type { RelayProcess } from "../relay-process.ts";

export type FirstFrames = {
  /** Milliseconds, one for each call: from the caller's click until the caller sees the callee. */
  readonly fromClick: readonly number[];
  /** From the callee's click until each of them sees the other; the later one. */
  readonly fromAccept: readonly number[];
};

export async function measureFirstFrames(relay: RelayProcess, rounds: number): Promise<FirstFrames> {
  await using carol = await joinCaller(relay, "Carol");
  await using dave = await joinCaller(relay, "Dave");
  await friends(carol, dave);
  await call(carol, dave, "video");
  await accept(dave, carol, "Accept with video");
  await isTalking(carol, dave);
  await hangUp(carol, dave);

  const [fromClick, fromAccept]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const pictures = [firstPicture(carol.page, "Video of Dave"), firstPicture(dave.page, "Video of Carol")] as const;
    const accepting = clickWhenThere(dave.page, "Accept with video");
    const clickedAt = await clickWhenThere(carol.page, "Call Dave with video");
    const [seenByCarol, seenByDave, acceptedAt] = await Promise.all([...pictures, accepting]);
    fromClick.push(seenByCarol - clickedAt);
    fromAccept.push(Math.max(seenByCarol, seenByDave) - acceptedAt);
    await hangUp(carol, dave);
  }
  return { fromClick, fromAccept };
}

async function hangUp(...people: readonly [Person, Person]): Promise<void> {
  await people[0].button("Hang up").click();
  for (const { page } of people)
    await page.getByRole("region", { name: "Call", exact: true }).waitFor({ state: "hidden" });
}

/** Presses a button in the very moment that it is there; answers when. */
function clickWhenThere(page: Page, name: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = () => {
          const button = [...document.querySelectorAll("button")].find(
            (one) => one.ariaLabel === wanted || one.textContent === wanted,
          );
          if (button === undefined) return void requestAnimationFrame(look);
          resolve(performance.timeOrigin + performance.now());
          button.click();
        };
        look();
      }),
    name,
  );
}

/** When the first picture of a video that is not there yet is put on the screen. */
function firstPicture(page: Page, name: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        let watched: HTMLVideoElement | null = null;
        let isShown = false;
        const look = () => {
          const video = document.querySelector<HTMLVideoElement>(`video[aria-label="${wanted}"]`);
          if (video !== null && video !== watched) {
            video.requestVideoFrameCallback(() => {
              isShown = true;
              resolve(performance.timeOrigin + performance.now());
            });
          }
          watched = video;
          if (!isShown) requestAnimationFrame(look);
        };
        look();
      }),
    name,
  );
}
