type Policy = { createScriptURL(url: string): unknown };
type TrustedTypes = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
};

/**
 * The Trusted Types policy "app-url": the code that a page may start besides its own, named one by one. Call it once:
 * the content security policy allows one policy of this name. Where a browser has no Trusted Types, a URL is text.
 */
export function buildAppUrls(allowed: readonly string[]): (url: string) => string {
  function checked(url: string): string {
    if (!allowed.includes(url)) throw new TypeError(`not code of this app: ${url}`);
    return url;
  }
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("app-url", { createScriptURL: checked });
  // What takes a script URL takes the policy's answer, whose type the compiler's DOM does not know.
  return policy === undefined ? checked : (url) => policy.createScriptURL(url) as string;
}
