import type { OutgoingEnvelope, PostAnswer } from "@tacit/shared/wire/envelopes";
import type { Addressee } from "./store.ts";

type DevicesAnswer = Extract<PostAnswer, { status: "devices" }>;

/** What is wrong with the devices that a post names; `undefined` where it names exactly the account's. */
export function compareDevices(
  envelopes: readonly OutgoingEnvelope[],
  addressees: readonly Addressee[],
): DevicesAnswer | undefined {
  if (namesExactly(envelopes, addressees)) return undefined;
  const named = new Map(envelopes.map(({ deviceId, registrationId }) => [deviceId, registrationId]));
  const missing = addressees.filter(({ deviceId }) => !named.has(deviceId));
  const stale = addressees.filter(({ deviceId, registrationId }) => {
    const known = named.get(deviceId);
    return known !== undefined && known !== registrationId;
  });
  const current = new Set(addressees.map(({ deviceId }) => deviceId));
  const extra = [...named.keys()].filter((deviceId) => !current.has(deviceId));
  const ids = (devices: readonly Addressee[]) => devices.map(({ deviceId }) => deviceId);
  return { status: "devices", missing: ids(missing), extra, stale: ids(stale) };
}

/** No envelope is for the device of another: a post names each once. */
function namesExactly(envelopes: readonly OutgoingEnvelope[], addressees: readonly Addressee[]): boolean {
  return (
    envelopes.length === addressees.length &&
    addressees.every(({ deviceId, registrationId }) =>
      envelopes.some((envelope) => envelope.deviceId === deviceId && envelope.registrationId === registrationId),
    )
  );
}
