import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Choice, Choices } from "../parts/Choices.tsx";
import css from "./DeviceFields.module.css";
import { canPickSpeaker, play } from "./ring.ts";
import type { DeviceKind, DeviceList } from "./stage.ts";
import { useLevel } from "./use-level.ts";
import { useDeviceChoice } from "./use-stage.ts";

const NONE: DeviceList = { microphone: [], camera: [], speaker: [] };

type DeviceFieldsProps = {
  /** What the level shows, where there is something to listen to. */
  readonly microphone: MediaStream | undefined;
  /** Another one is to be used from now on. */
  readonly onPicked: (source: "microphone" | "camera") => void;
};

/** Microphone, camera, speaker and what is done against noise. */
export function DeviceFields({ microphone, onPicked }: DeviceFieldsProps) {
  const { t } = useTranslation();
  const { calls } = useSurroundings();
  const choice = useDeviceChoice();
  const list = useDeviceList(microphone);
  if (calls === undefined || choice === undefined) return null;

  function field(kind: DeviceKind) {
    return (
      <label className={css["field"]}>
        <span>{t(`call.device.${kind}`)}</span>
        <select
          value={choice?.[kind] ?? ""}
          onChange={({ target }) => {
            calls?.devices.choose({ [kind]: target.value === "" ? undefined : target.value });
            if (kind !== "speaker") onPicked(kind);
          }}
        >
          <option value="">{t("call.device.default")}</option>
          {list[kind].map(({ id, name }, at) => (
            <option key={id} value={id}>
              {name === "" ? t("call.device.unnamed", { number: at + 1 }) : name}
            </option>
          ))}
        </select>
      </label>
    );
  }

  function noise(mode: "off" | "standard" | "strong") {
    calls?.devices.choose({ noise: mode });
    onPicked("microphone");
  }

  return (
    <div className={css["fields"]}>
      {field("microphone")}
      {microphone !== undefined && <Level stream={microphone} />}
      {field("camera")}
      {canPickSpeaker(HTMLMediaElement.prototype) ? (
        field("speaker")
      ) : (
        <p className={css["hint"]}>{t("call.device.noSpeaker")}</p>
      )}
      <div>
        <Button onClick={() => play("test", choice.speaker)}>{t("call.device.test")}</Button>
      </div>
      <Choices label={t("call.device.noise")}>
        <Choice
          label={t("call.device.noiseOff")}
          hint={t("call.device.noiseOffHint")}
          isChosen={choice.noise === "off"}
          onChoose={() => noise("off")}
        />
        <Choice
          label={t("call.device.noiseStandard")}
          hint={t("call.device.noiseStandardHint")}
          isChosen={choice.noise === "standard"}
          onChoose={() => noise("standard")}
        />
        <Choice
          label={t("call.device.noiseStrong")}
          hint={t("call.device.noiseStrongHint")}
          isChosen={choice.noise === "strong"}
          onChoose={() => noise("strong")}
        />
      </Choices>
    </div>
  );
}

function Level({ stream }: { readonly stream: MediaStream }) {
  const { t } = useTranslation();
  const [level, setLevel] = useState(0);
  useLevel(stream, setLevel);
  return <meter className={css["level"]} aria-label={t("call.device.level")} min={0} max={1} value={level} />;
}

/** Anew when something is plugged in or out, and once the browser tells names. */
function useDeviceList(stream: MediaStream | undefined): DeviceList {
  const { calls } = useSurroundings();
  const [list, setList] = useState(NONE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the first stream the browser tells the names.
  useEffect(() => {
    if (calls === undefined) return;
    const look = () => void calls.devices.list().then(setList, () => undefined);
    look();
    return calls.devices.watchList(look);
  }, [calls, stream]);
  return list;
}
