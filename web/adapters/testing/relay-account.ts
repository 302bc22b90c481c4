import { sha256 } from "@tacit/crypto/digest";
import { encode } from "@tacit/shared/codec";
import type { DeliveryKey, DeliveryKeyHash, DeviceToken } from "@tacit/shared/ids";
import { DELIVERY_KEY_POOL_STEP } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Relay } from "@tacit/web/core/ports/relay";
import { KeyholderDevice, PASSWORD } from "@tacit/web/core/testing/keyholder-device";
import { CHEAP_ARGON2_COST } from "../argon2-stretch.ts";
import { opaquePasswords } from "../opaque-passwords.ts";
import { systemRandom } from "../system-random.ts";

export type RelayAccount = {
  readonly device: KeyholderDevice;
  readonly token: DeviceToken;
  /** May post to the account. */
  readonly contactKey: DeliveryKey;
};

/** An account at a relay, made with nothing but the ports. */
export async function registerAt(relay: Relay, login: string, keyholder: Keyholder): Promise<RelayAccount> {
  const device = await KeyholderDevice.create(keyholder);
  const passwords = opaquePasswords(CHEAP_ARGON2_COST);
  const exchange = await passwords.startRegistration(PASSWORD);
  const started = await relay.request("startRegistration", { login, request: exchange.request });
  if (!started.ok) throw new Error(started.reason);
  const { response } = started.value;
  const { state } = exchange;
  const { record, stretching } = await passwords.finishRegistration({ password: PASSWORD, state, response });

  const { identityKey, deviceId, registrationId } = device.me;
  const devices = [{ deviceId, registrationId }];
  const list = encode({ identityKey, counter: 1, dateMs: Date.now(), devices });
  const contactKey = systemRandom(32) as DeliveryKey;
  const spare = () => Array.from({ length: DELIVERY_KEY_POOL_STEP }, () => systemRandom(32) as DeliveryKeyHash);
  const finished = await relay.request("finishRegistration", {
    login,
    record,
    stretching,
    identityKey,
    signature: await keyholder.sign("registration", sha256(toUtf8(record))),
    list: { list, signature: await keyholder.sign("device list", list) },
    device: { deviceId, registrationId },
    prekeys: device.upload,
    deliveryKeys: {
      version: 1,
      contact: [sha256(contactKey) as DeliveryKeyHash, ...spare().slice(1)],
      card: spare(),
      onceCard: spare(),
    },
  });
  if (!finished.ok) throw new Error(finished.reason);
  return { device, token: finished.value.token, contactKey };
}
