import { type CSSProperties, useEffect, useRef } from "react";
import { classes } from "../parts/classes.ts";
import css from "./Picture.module.css";

type PictureProps = {
  readonly stream: MediaStream | undefined;
  readonly label: string;
  /** As in a mirror: one's own face. */
  readonly isMirrored?: boolean | undefined;
  /** The whole picture, with room around it; otherwise it fills its place. */
  readonly isWhole?: boolean | undefined;
  /** The last picture of a connection that is gone. */
  readonly isDimmed?: boolean | undefined;
  readonly className?: string | undefined;
  readonly style?: CSSProperties | undefined;
};

/** A moving picture without its sound. */
export function Picture({ stream, label, isMirrored, isWhole, isDimmed, className, style }: PictureProps) {
  const player = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = player.current;
    if (video === null || stream === undefined) return;
    video.srcObject = stream;
    // What is taken off the screen meanwhile needs no picture.
    video.play().catch(() => undefined);
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={player}
      className={classes(css["picture"], className)}
      style={style}
      aria-label={label}
      data-mirrored={isMirrored || undefined}
      data-whole={isWhole || undefined}
      data-dimmed={isDimmed || undefined}
      muted
      playsInline
    />
  );
}
