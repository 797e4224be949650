import { describe, expect, it } from "vitest";
import { renderMail } from "@/lib/mail/render-mail";
import { type TemplateName, templates } from "./registry";

// Rendering asks the environment for its origin; no database is used here.
for (const name of ["DATABASE_URL", "PLATFORM_DATABASE_URL"]) process.env[name] ??= "postgres://nobody@localhost/none";
const names = Object.keys(templates) as TemplateName[];

describe("every mail", () => {
  it.each(names)(
    "S25: %s renders from its preview: one-line subject, nothing loaded, the same links in both parts",
    async (name) => {
      const component = templates[name].component as unknown as { PreviewProps?: never };
      expect(component.PreviewProps, "PreviewProps").toBeDefined();
      // Rendering itself refuses foreign links and anything a mail program would load.
      const mail = await renderMail(name, component.PreviewProps as never, { endPath: "/unsubscribe?token=x" });
      expect(mail.subject).toMatch(/^\S.{3,120}\S$/);
      expect(mail.text).not.toMatch(/undefined|\[object|NaN/);
      expect(mail.html).not.toMatch(/undefined|\[object/);
      const links = [...mail.html.matchAll(/href="(http[^"]+)"/g)].map(([, href]) =>
        String(href).replaceAll("&amp;", "&"),
      );
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) expect(mail.text).toContain(link);
      expect(mail.html.match(/class="action"/g)?.length ?? 0, "one action at most").toBeLessThanOrEqual(1);
      expect(mail.html).toContain("prefers-color-scheme: dark");
    },
  );
});

it("a security alert says when in the words of every other mail", async () => {
  const { PreviewProps } = templates["security-alert"].component as unknown as { PreviewProps: never };
  const mail = await renderMail("security-alert", PreviewProps, { endPath: "/unsubscribe?token=x" });
  expect(mail.text).toContain("28 May 2025 at 11:30 CEST");
});

it("who was passed on to a company hears what it got: no files, and the law's month for rights alone", async () => {
  const { PreviewProps } = templates["request-passed-on"].component as unknown as { PreviewProps: never };
  const { text } = await renderMail("request-passed-on", PreviewProps, { endPath: "/unsubscribe?token=x" });
  const words = text.replaceAll(/\s+/g, " ");
  expect(words).toContain("Files that you sent with it were not passed on, and we remove them");
  expect(words).toContain(
    "For a right, such as a copy or a deletion, the law gives it one month; for a question it names no time",
  );
});
