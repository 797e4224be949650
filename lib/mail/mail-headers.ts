/** Header fields in the order of the mail, names in lower case, values unfolded. */
export type MailHeaders = readonly (readonly [name: string, value: string])[];

/** What is read of a mail's head; real ones are a few kilobytes. */
export const headBytes = 64 * 1024;

/**
 * The fields of a mail's head (RFC 5322, 2.2), up to the empty line. What is no field is passed over: a mail is never
 * refused for its form.
 */
export function parseHead(text: string): MailHeaders {
  const fields: [string, string][] = [];
  for (const line of text.slice(0, headBytes).split(/\r\n|\n|\r/)) {
    if (line === "") break;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last) last[1] = `${last[1]} ${line.trim()}`.slice(0, 16_384);
      continue;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && /^[\x21-\x7e]+$/.test(name)) fields.push([name, line.slice(colon + 1).trim()]);
  }
  return fields;
}

/** All values of a field, the topmost first. */
export const allOf = (headers: MailHeaders, name: string): string[] =>
  headers.filter(([known]) => known === name).map(([, value]) => value);

/** The topmost value of a field; null when there is none. */
export const firstOf = (headers: MailHeaders, name: string): string | null => allOf(headers, name)[0] ?? null;
