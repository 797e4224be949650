import { accent } from "@/lib/look";

export const dynamic = "force-static";

/** The configured accent as custom properties; a route since the policy for styles allows none inline (S8). */
export function GET(): Response {
  const { light, dark } = accent;
  const sheet = `:root{--accent-light:${light.colour};--accent-ink-light:${light.ink};--accent-dark:${dark.colour};--accent-ink-dark:${dark.ink}}\n`;
  return new Response(sheet, {
    headers: { "content-type": "text/css; charset=utf-8", "cache-control": "public, max-age=3600" },
  });
}
