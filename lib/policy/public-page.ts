import { visitorCtx } from "../context";
import { holdsFor } from "./queries";

/** How long one rendering is handed out at most, in milliseconds: no act of a person stays unseen for longer. */
const keptFor = 1000;

/** What nobody's session changes, and what reads whole without a script (e2e/pages.spec.ts). */
const paths = /^\/(privacy(\/versions(\/[1-9]\d{0,5})?)?)?$/;

/** Milliseconds a rendering ends before its time: the database's clock and this process's are two, and one may be set. */
const clockMargin = 50;

type Theme = "light" | "dark" | undefined;
/** `until` is known once the html is; both in this process's own monotonic time. */
type Kept = { html: Promise<string | null>; started: number; until: number };
const pages = new Map<string, Kept>();

/** The header of the request in which this process asks itself for a page to keep. */
export const renderHeader = "x-render";

/**
 * The home page or a page of the policy as HTML without any script: rendered by this very server at most once a second for each
 * address and colour, for a visitor without a session. It holds nothing of whoever asked, neither header nor
 * query. Nobody who asks after a version took effect gets what was rendered before. Null for other pages, and when
 * it could not be rendered: the usual way then gives the right answer.
 */
export async function publicPage(path: string, theme: Theme): Promise<string | null> {
  if (!paths.test(path)) return null;
  const key = `${path} ${theme}`;
  const asked = performance.now();
  for (;;) {
    const known = pages.get(key);
    const page = known && asked < known.until ? known : start(key, path, theme);
    const html = await page.html;
    // Whoever comes while it is being rendered waits for the same one, unless its time was over when they came.
    if (html === null || asked < page.until || asked <= page.started) return html;
  }
}

function start(key: string, path: string, theme: Theme): Kept {
  const page: Kept = { html: Promise.resolve(null), started: performance.now(), until: Number.POSITIVE_INFINITY };
  page.html = hold(path, theme)
    .catch(() => null)
    .then((made) => {
      page.until = page.started + Math.min(keptFor, (made?.holds ?? 0) - clockMargin);
      if (!made && pages.get(key) === page) pages.delete(key);
      return made?.html ?? null;
    });
  pages.set(key, page);
  return page;
}

/**
 * The page and how long it holds. That is asked first: whatever the page reads is read later, so it either holds at
 * least as long or is of a version that took effect meanwhile.
 */
async function hold(path: string, theme: Theme): Promise<{ html: string; holds: number } | null> {
  const holds = await holdsFor(visitorCtx());
  const html = await render(path, theme);
  return html === null ? null : { html, holds };
}

async function render(path: string, theme: Theme): Promise<string | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${process.env.PORT}${path}`, {
      headers: { [renderHeader]: "1", ...(theme ? { cookie: `theme=${theme}` } : {}) },
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    });
    return answer.status === 200 ? withoutScripts(await answer.text()) : null;
  } catch {
    return null;
  }
}

/** React escapes `<` and `>` in texts and attributes, so what looks like a script's tag is one. */
export const withoutScripts = (html: string): string =>
  html.replace(/<script\b[^>]*>[\s\S]*?<\/script>|<link\b[^>]*\bas="script"[^>]*>/g, "");
