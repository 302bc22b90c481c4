import css from "./Wordmark.module.css";

/** A speech bubble that holds a whole rest, the sign for silence in music: it reads as a T. */
export function Sign({ size = 28 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 64 64" width={size} height={size} className={css["sign"]} aria-hidden="true">
      <path
        className={css["bubble"]}
        d="M32 3c16 0 29 12.500 29 28.500S48 60 32 60H7a4 4 0 0 1-4-4V31.500C3 15.500 16 3 32 3Z"
      />
      <path className={css["rest"]} d="M17 21h30a3 3 0 0 1 0 6H37v15a5 5 0 0 1-10 0V27H17a3 3 0 0 1 0-6Z" />
    </svg>
  );
}

export function Wordmark({ size = 28 }: { readonly size?: number }) {
  return (
    <span className={css["wordmark"]} role="img" aria-label="Tacit">
      <Sign size={size} />
      <svg viewBox="0 0 138 52" height={size * 0.72} className={css["letters"]} aria-hidden="true">
        <path d="M11 5v29q0 9 9 9h3M3 17h20" />
        <circle cx="44" cy="31" r="12.500" />
        <path d="M56.500 18.500V43" />
        <path d="M93 22.500A12.500 12.500 0 1 0 93 39.500" />
        <path d="M105 18.500V43M105 7v.1" />
        <path d="M121 5v29q0 9 9 9h3M113 17h20" />
      </svg>
    </span>
  );
}
