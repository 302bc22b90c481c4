import type { Page } from "@playwright/test";

// What a page can say of itself: when something that a person did was on the screen, by the page's own clock.

type Watched = {
  /** When the last call of the keyholder's unlockByPassword was answered: the key is derived and the vault open. */
  derivedAtMs: number | undefined;
  /** Settles with the time of the first frame after `isThere()`. */
  painted(isThere: () => boolean): Promise<number>;
};
type PageWindow = { readonly watched: Watched };

/** To be called before the page loads. It only listens: what it wraps goes on as it was. */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched: Watched = {
      derivedAtMs: undefined,
      painted: (isThere) =>
        new Promise((resolve) => {
          const look = () => {
            if (!isThere()) return void requestAnimationFrame(look);
            // The task after a frame's callbacks begins when the frame was drawn.
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now());
            port2.postMessage(undefined);
          };
          requestAnimationFrame(look);
        }),
    };
    Object.assign(globalThis, { watched });

    type Call = { readonly id?: string; readonly path?: readonly string[] };
    globalThis.Worker = class extends Worker {
      readonly #derivations = new Set<string>();

      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener("message", ({ data }: MessageEvent<Call>) => {
          if (data.id !== undefined && this.#derivations.delete(data.id)) watched.derivedAtMs = performance.now();
        });
      }

      override postMessage(message: Call, transfer?: Transferable[] | StructuredSerializeOptions): void {
        if (message.id !== undefined && message.path?.at(-1) === "unlockByPassword") this.#derivations.add(message.id);
        super.postMessage(message, transfer as StructuredSerializeOptions);
      }
    };
  });
}

/** From the opened vault to `count` conversations on the screen, in ms. Wants to be called before the unlocking. */
export function untilListed(page: Page, count: number): Promise<number> {
  return page.evaluate(async (wanted) => {
    const { watched } = globalThis as unknown as PageWindow;
    const links = () => document.querySelectorAll("nav[data-region=list] ul a");
    const shownMs = await watched.painted(() => links().length === wanted);
    return shownMs - (watched.derivedAtMs ?? Number.NaN);
  }, count);
}

/**
 * How long it takes from the next `event` until `shows` is on the screen: in the accessible name of a message, or at the
 * end of what is in the composer. To be called before the event; the answer is called after it.
 */
export async function timing(
  page: Page,
  event: "click" | "keydown",
  where: "messages" | "composer",
  shows: string,
): Promise<() => Promise<number>> {
  const handle = await page.evaluateHandle(
    ([type, place, text]) => {
      const { watched } = globalThis as unknown as PageWindow;
      const isInView = (row: HTMLElement) => {
        const { top, bottom } = row.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      };
      const isThere = () => {
        if (place === "composer") return document.querySelector("textarea")?.value.endsWith(text) === true;
        const rows = [...document.querySelectorAll<HTMLElement>("[data-message-key]")];
        return rows.some((row) => row.ariaLabel?.includes(text) === true && isInView(row));
      };
      const took = new Promise<number>((resolve) => {
        const hear = async ({ timeStamp }: Event) => resolve((await watched.painted(isThere)) - timeStamp);
        addEventListener(type, hear, { once: true, capture: true });
      });
      return { took };
    },
    [event, where, shows] as const,
  );
  return () => handle.evaluate(({ took }) => took);
}

export type Journey = {
  /** From one frame to the next, in ms. */
  readonly frames: readonly number[];
  /** How many messages came by, by their numbers. */
  readonly messages: number;
};

/** Scrolls the open conversation back by `pixels` a frame, until so many messages came by. */
export function scrollBack(page: Page, pixels: number, wanted: number): Promise<Journey> {
  return page.evaluate(
    async ([step, count]) => {
      const scroller = document.querySelector<HTMLElement>("[data-region=messages]");
      if (scroller === null) throw new Error("no conversation is open");
      const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const numbers = () =>
        [...scroller.querySelectorAll("[data-message-key]")].flatMap((row) => {
          const number = /No\. (\d+):/.exec(row.ariaLabel ?? "")?.[1];
          return number === undefined ? [] : [Number(number)];
        });
      const frames: number[] = [];
      const seen = new Set<number>();
      let before = await nextFrame();
      while (seen.size < count) {
        scroller.scrollTop -= step;
        const now = await nextFrame();
        frames.push(now - before);
        before = now;
        for (const number of numbers()) seen.add(number);
      }
      return { frames, messages: seen.size };
    },
    [pixels, wanted] as const,
  );
}
