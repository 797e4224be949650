"use server";

import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";

const schema = z.object({ theme: z.enum(["light", "dark", "system"]) });

/** Remembers light or dark in a cookie of this browser; "system" forgets it. Changes nothing else. */
export async function setTheme(form: FormData): Promise<void> {
  // Anybody can call an action, with anything.
  if (!(form instanceof FormData)) return;
  const parsed = schema.safeParse(Object.fromEntries(form));
  if (!parsed.success) return;
  const jar = await cookies();
  if (parsed.data.theme === "system") jar.delete("theme");
  else
    jar.set("theme", parsed.data.theme, {
      path: "/",
      maxAge: 365 * 24 * 3600,
      sameSite: "lax",
      httpOnly: true,
      secure: process.env.NODE_ENV === "production",
    });
  // A form sent without a script ends on the page itself, so that reloading does not send it again.
  const asked = await headers();
  const path = asked.get("x-path") ?? "";
  if (!asked.has("next-action") && /^\/(privacy(\/\w+)*)?$/.test(path)) redirect(path);
}
