import { plainName } from "./plain-name.ts";

/** Somebody's name, isolated from the direction of the text around it. */
export function Name({ of }: { readonly of: string }) {
  return <bdi>{plainName(of)}</bdi>;
}
