import { env } from "@/lib/env";
import { config } from "@/trust-center.config";

export const dynamic = "force-dynamic";

/** RFC 9116. `Expires` stays under a year ahead, as its section 2.5.5 recommends. */
export function GET(): Response {
  const expires = Temporal.Now.zonedDateTimeISO("UTC").add({ months: 6 }).startOfDay().toInstant();
  const lines = [
    `Contact: mailto:${config.company.privacyMailbox}`,
    `Expires: ${expires}`,
    "Preferred-Languages: en",
    `Canonical: ${env().APP_URL}/.well-known/security.txt`,
    `Policy: ${env().APP_URL}/privacy#security`,
  ];
  return new Response(`${lines.join("\n")}\n`, { headers: { "content-type": "text/plain; charset=utf-8" } });
}
