import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import { MAX_CONTENT_BYTES } from "@tacit/shared/limits";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";

/** Keys whose holder says something else than the core wanted: each Content leaves with another body. */
export function insteadOf(rewrite: (body: { readonly type: string }) => unknown) {
  return (keyholder: Keyholder): Keyholder => ({
    ...keyholder,
    encrypt: (request) =>
      keyholder.encrypt({ ...request, contents: request.contents.map((content) => rewriteBody(content, rewrite)) }),
  });
}

/** Keys whose holder never tells who they are: no Content leaves with an introduction. */
export function withoutIntroduction(keyholder: Keyholder): Keyholder {
  const hide = (content: Bytes) => {
    const decoded = decode(content, MAX_CONTENT_BYTES);
    if (!decoded.ok) throw new Error("not a Content");
    return encode({ ...(decoded.value as object), introduction: undefined });
  };
  return {
    ...keyholder,
    encrypt: (request) => keyholder.encrypt({ ...request, contents: request.contents.map(hide) }),
  };
}

function rewriteBody(content: Bytes, rewrite: (body: { readonly type: string }) => unknown): Bytes {
  const decoded = decode(content, MAX_CONTENT_BYTES);
  if (!decoded.ok) throw new Error("not a Content");
  const value = decoded.value as { readonly body: { readonly type: string } };
  return encode({ ...value, body: rewrite(value.body) });
}
