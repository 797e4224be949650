import { env } from "../env";

/**
 * The only way to a link in a mail: a path of this app on the configured origin (S25). A mail never
 * links elsewhere, and never to a host a request named.
 * @param path such as `/account/packages`; a relative, protocol-relative or foreign one is refused
 */
export function mailUrl(path: string): string {
  const origin = env().APP_URL;
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(path)) throw new Error("a mail links only to paths of this app");
  const url = new URL(path, origin);
  if (url.origin !== origin) throw new Error("a mail links only to paths of this app");
  return url.href;
}
