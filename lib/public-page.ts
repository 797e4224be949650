/** How long one rendering is handed out: what a page says is never older than this. */
const keptFor = 1000;

/** What nobody's session changes, and what reads whole without a script (e2e/pages.spec.ts). */
const paths = /^\/privacy(\/versions(\/[1-9]\d{0,5})?)?$/;

type Theme = "light" | "dark" | undefined;
type Kept = { html: Promise<string | null>; until: number };
const pages = new Map<string, Kept>();

/** The header of the request in which this process asks itself for a page to keep. */
export const renderHeader = "x-render";

/**
 * A page of the policy as HTML without any script: rendered by this very server at most once a second for each
 * address and colour, for a visitor without a session. It holds nothing of whoever asked, neither header nor
 * query. Null for other pages, and when it could not be rendered: the usual way then gives the right answer.
 */
export function publicPage(path: string, theme: Theme): Promise<string | null> {
  if (!paths.test(path)) return Promise.resolve(null);
  const key = `${path} ${theme}`;
  const known = pages.get(key);
  if (known && performance.now() < known.until) return known.html;
  const started = performance.now();
  // Whoever comes while it is being rendered waits for the same one.
  const page: Kept = { html: render(path, theme), until: Number.POSITIVE_INFINITY };
  pages.set(key, page);
  void page.html.then((html) => {
    page.until = started + keptFor;
    if (html === null) pages.delete(key);
  });
  return page.html;
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
