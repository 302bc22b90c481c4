import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, MouseEvent, Ref } from "react";
import { Link } from "wouter";
import { goBackTo } from "../app/hash-history.ts";
import css from "./Button.module.css";
import { classes } from "./classes.ts";

type Look = "primary" | "quiet" | "plain" | "danger";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: Look | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly isWide?: boolean | undefined;
  /** At work: does nothing when pressed, and keeps the focus, which `disabled` would lose. */
  readonly isBusy?: boolean | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
};

export function Button(props: ButtonProps) {
  const { look = "quiet", icon: Icon, isWide, isBusy, children, className, type, onClick, ...rest } = props;
  return (
    <button
      type={type ?? "button"}
      className={classes(css["button"], css[look], isWide && css["wide"], className)}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {Icon && <Icon size={18} aria-hidden="true" />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonProps, "children" | "look" | "isWide" | "isBusy" | "icon"> & {
  readonly label: string;
  readonly icon: LucideIcon;
};

/** A button that shows its icon only; the label is its name and its tooltip. */
export function IconButton({ label, icon: Icon, className, type, ...rest }: IconButtonProps) {
  return (
    <button
      type={type ?? "button"}
      aria-label={label}
      title={label}
      className={classes(css["icon"], className)}
      {...rest}
    >
      <Icon size={20} aria-hidden="true" />
    </button>
  );
}

type IconLinkProps = {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly to: string;
  /** Leads back to where the person may have come from. */
  readonly isBack?: boolean;
  readonly className?: string | undefined;
};

export function IconLink({ label, icon: Icon, to, isBack, className }: IconLinkProps) {
  function goBack(event: MouseEvent) {
    event.preventDefault();
    goBackTo(to);
  }
  return (
    <Link
      to={to}
      aria-label={label}
      title={label}
      className={classes(css["icon"], className)}
      onClick={isBack ? goBack : undefined}
    >
      <Icon size={20} aria-hidden="true" />
    </Link>
  );
}
