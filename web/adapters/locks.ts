/** What is used of `navigator.locks`: in the order of asking, one holder at a time, until what it runs has settled. */
export type Locks = {
  request(name: string, held: () => Promise<void>): Promise<unknown>;
};
