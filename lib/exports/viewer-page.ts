import { createHash } from "node:crypto";
import { accent } from "../look";

const style = `
:root{color-scheme:light dark;--ink:#16181d;--paper:#fdfdfb;--muted:#5c6270;--line:#dedfd9;--accent:${accent.light.colour}}
@media(prefers-color-scheme:dark){:root{--ink:#e9eaed;--paper:#121418;--muted:#a0a6b2;--line:#2b2f37;--accent:${accent.dark.colour}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:2rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.5rem;line-height:1.25;margin:2.5rem 0 .5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
p,li{max-width:70ch}.muted{color:var(--muted)}a{color:var(--accent)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;margin:.75rem 0}
th,td{border-bottom:1px solid var(--line);padding:.375rem .75rem .375rem 0;text-align:left;vertical-align:top;max-width:26rem;overflow-wrap:anywhere}
th{color:var(--muted);font-weight:500}td.none{color:var(--muted)}code{font-size:.875rem;overflow-wrap:anywhere}
`;
const styleHash = createHash("sha256").update(style).digest("base64");

/** Text for HTML: every value survives as text, control and direction marks become visible (S23). */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
    .replace(/\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, (mark) => {
      if (mark === "\n" || mark === "\t") return mark;
      return `[U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
    });
}

/** An inert page: no script, nothing loaded from anywhere, only the one style that its own policy names (S23). */
export function page(title: string, body: string): string {
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
