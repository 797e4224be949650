import type { PolicyProblem } from "./document";
import { maxPolicyBytes } from "./parse";

export type ReadFile = { ok: true; markdown: string } | { ok: false; problems: PolicyProblem[] };

const newline = 0x0a;
/** What no text holds; tab, line feed and carriage return are the exceptions. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const most = 20;

/**
 * The text of an uploaded file exactly as its bytes say it, a byte order mark and its line ends included, so that
 * what is handed out again is byte for byte what came in. Refused with their lines: bytes that are not UTF-8 and
 * control characters; and a file that is empty or longer than a policy may be.
 */
export function readPolicyFile(bytes: Uint8Array): ReadFile {
  if (bytes.length === 0) return { ok: false, problems: [{ line: 1, message: "The file is empty." }] };
  if (bytes.length > maxPolicyBytes) {
    const message = `The file has ${bytes.length} bytes; a policy has at most ${maxPolicyBytes}.`;
    return { ok: false, problems: [{ line: 1, message }] };
  }
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const problems: PolicyProblem[] = [];
  let markdown = "";
  // No character of UTF-8 but the line feed itself holds its byte, so a file can be read line by line.
  for (let start = 0, line = 1; start < bytes.length && problems.length < most; line++) {
    const end = bytes.indexOf(newline, start);
    const next = end === -1 ? bytes.length : end + 1;
    try {
      const text = decoder.decode(bytes.subarray(start, next));
      if (control.test(text)) problems.push({ line, message: "This line holds a control character." });
      markdown += text;
    } catch {
      problems.push({ line, message: "This line is not UTF-8. Save the file with that encoding." });
    }
    start = next;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, markdown };
}
