import type { ContactId } from "@tacit/web/core/views";
import { User } from "lucide-react";
import css from "./Avatar.module.css";
import { hueOf, initials } from "./plain-name.ts";

type AvatarProps = {
  readonly name: string;
  /** Whom the colour belongs to: it stays when the name changes. */
  readonly of?: ContactId | undefined;
  readonly size?: "sm" | "md" | "lg";
};

/** Initials on a colour. Decorative: the name stands beside it. */
export function Avatar({ name, of = name, size = "md" }: AvatarProps) {
  const letters = initials(name);
  return (
    <span className={css["avatar"]} data-size={size} style={{ "--hue": hueOf(of) }} aria-hidden="true">
      {letters === "" ? <User size="55%" /> : letters}
    </span>
  );
}
