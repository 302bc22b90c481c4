import { User } from "lucide-react";
import css from "./Avatar.module.css";
import { hueOf, initials } from "./plain-name.ts";

/** Initials on a colour that the name decides. Decorative: the name stands beside it. */
export function Avatar({ name, size = "md" }: { readonly name: string; readonly size?: "sm" | "md" | "lg" }) {
  const letters = initials(name);
  return (
    <span className={css["avatar"]} data-size={size} style={{ "--hue": hueOf(name) }} aria-hidden="true">
      {letters === "" ? <User size="55%" /> : letters}
    </span>
  );
}
