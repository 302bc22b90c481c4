import type { ComponentProps } from "react";

/**
 * A form, and fields of text, of which the browser keeps nothing: without `autocomplete="off"` Chromium writes what
 * stands in them to its disk in clear, to have it back when the page is opened again; passwords too, while they are shown.
 * What a field says itself goes on: password managers follow it.
 */
export function Form(props: ComponentProps<"form">) {
  return <form autoComplete="off" {...props} />;
}

export function Input(props: ComponentProps<"input">) {
  return <input autoComplete="off" {...props} />;
}

export function TextArea(props: ComponentProps<"textarea">) {
  return <textarea autoComplete="off" {...props} />;
}
