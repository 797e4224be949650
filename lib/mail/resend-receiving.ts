import { Resend } from "resend";
import { z } from "zod";
import type { OfferedFile } from "../attachments/store-files";
import { env } from "../env";
import { htmlText } from "./html-text";
import { headBytes, type MailHeaders, parseHead } from "./mail-headers";
import { isProvedSender } from "./proved-sender";
import { readSender } from "./read-sender";
import type { ReceivedMail } from "./received-mail";

/** The mail could not be fetched now; the job tries again. Its message is the service's error name alone (S31). */
export class MailNotFetched extends Error {
  override name = "MailNotFetched";
}

const timeoutMs = 60_000;
/** The whole text that is kept of one mail, in characters. */
export const longestText = 200_000;

const addresses = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
// https://resend.com/docs/api-reference/emails/retrieve-received-email
const received = z.object({
  from: z.string(),
  to: addresses,
  cc: addresses,
  received_for: addresses,
  subject: z.string().nullish(),
  html: z.string().nullish(),
  text: z.string().nullish(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  message_id: z.string().nullish(),
  raw: z.object({ download_url: z.url() }).nullish(),
  attachments: z.array(z.object({ id: z.string().max(200) })).nullish(),
});
// https://resend.com/docs/api-reference/emails/list-received-email-attachments
const listed = z.object({
  data: z.array(
    z.object({
      filename: z.string().nullish(),
      size: z.number().nonnegative().catch(0),
      download_url: z.url(),
    }),
  ),
});

/**
 * Fetches one mail from Resend: its text, its head as it arrived, and its files as offers that are read one at a time.
 * @throws MailNotFetched when the service does not answer, or does not know it yet
 */
export async function fetchReceivedMail(providerId: string): Promise<{ mail: ReceivedMail; files: OfferedFile[] }> {
  const path = `/emails/receiving/${encodeURIComponent(providerId)}`;
  const found = received.parse(await ask(`${path}?html_format=cid`));
  const head = await headersOf(found);
  const text = (found.text?.trim() ? found.text : htmlText(found.html ?? ""))
    .replaceAll("\0", "")
    .replace(/\r\n?/g, "\n");
  const mail: ReceivedMail = {
    from: found.from,
    to: [...found.to, ...found.cc, ...found.received_for],
    subject: oneLine(found.subject ?? ""),
    text: text.toWellFormed().slice(0, longestText),
    messageId: found.message_id ?? "",
    headers: head.fields,
    proved: head.asArrived && isProvedSender(head.fields, readSender(found.from).address),
  };
  if (!found.attachments?.length) return { mail, files: [] };
  const { data } = listed.parse(await ask(`${path}/attachments?limit=100`));
  const files = data.map(({ filename, size, download_url: url }) => ({
    ...{ name: filename ?? "", size },
    read: async (limit: number) => {
      const file = await download(url, limit);
      return file.whole ? file.bytes : null;
    },
  }));
  return { mail, files };
}

const oneLine = (text: string) =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, 500);

/**
 * The head as the mail arrived, from the raw mail's beginning: there the order shows what the service wrote on top. The
 * fields of the answer have no order and hold each name once, so that they prove nothing.
 */
async function headersOf(found: z.infer<typeof received>): Promise<{ fields: MailHeaders; asArrived: boolean }> {
  if (found.raw) {
    const { bytes } = await download(found.raw.download_url, headBytes);
    return { fields: parseHead(bytes.toString("utf8")), asArrived: true };
  }
  const fields = Object.entries(found.headers ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => [name.toLowerCase(), String(one)] as const),
  );
  return { fields, asArrived: false };
}

async function ask(path: string): Promise<unknown> {
  const { RESEND_API_KEY, RESEND_BASE_URL } = env();
  const client = new Resend(RESEND_API_KEY, RESEND_BASE_URL ? { baseUrl: RESEND_BASE_URL.replace(/\/$/, "") } : {});
  const answer = await client.fetchRequest<unknown>(path, {
    method: "GET",
    headers: { Authorization: `Bearer ${RESEND_API_KEY}`, "User-Agent": "operno-trust-center" },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (answer.error) throw new MailNotFetched(/^[a-z_]{1,60}$/.test(answer.error.name) ? answer.error.name : "error");
  return answer.data;
}

/** At most `limit` bytes from an address that the service gave us (S26): https, no redirect, time and size bounded. */
async function download(address: string, limit: number): Promise<{ bytes: Buffer; whole: boolean }> {
  const url = new URL(address);
  const { RESEND_BASE_URL } = env();
  const isRehearsal = RESEND_BASE_URL !== undefined && url.origin === new URL(RESEND_BASE_URL).origin;
  if (url.protocol !== "https:" && !isRehearsal) throw new MailNotFetched("not-https");
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
    if (answer.status !== 200) throw new MailNotFetched(`status-${answer.status}`);
    for await (const part of answer.body ?? []) {
      size += part.byteLength;
      parts.push(part);
      // Leaving the loop ends the transfer.
      if (size > limit) break;
    }
  } catch (error) {
    throw error instanceof MailNotFetched ? error : new MailNotFetched("no-connection");
  }
  return { bytes: Buffer.concat(parts).subarray(0, limit), whole: size <= limit };
}
