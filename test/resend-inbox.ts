import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

export type FakeFile = { filename: string | null; content: Buffer; contentType?: string; size?: number };
export type FakeInbound = {
  from: string;
  to?: string[];
  subject?: string;
  text?: string | null;
  html?: string | null;
  messageId?: string;
  /** On top of the head, as the service writes it; then what the sender wrote. */
  head?: string[];
  files?: FakeFile[];
  createdAt?: Date;
  /** The service keeps no raw mail: only the fields without their order. */
  withoutRaw?: boolean;
};
export type ReceivedFake = Required<Omit<FakeInbound, "withoutRaw">> & { id: string; raw: string | null };

const error = (status: number, name: string, message: string) => ({
  status,
  body: { statusCode: status, name, message },
});

/**
 * The receiving half of the stand-in for Resend: the report of a mail carries no text, which is fetched by id with the key;
 * files and the raw mail come from signed addresses that need none and end after an hour
 * (https://resend.com/docs/dashboard/receiving/introduction).
 */
export class ResendInbox {
  readonly mails = new Map<string, ReceivedFake>();
  readonly #signature = randomUUID();
  readonly #apiKey: string;
  /** How many bytes of files and raw mails went out. */
  sentBytes = 0;

  constructor(apiKey: string) {
    this.#apiKey = apiKey;
  }

  take(mail: FakeInbound): ReceivedFake {
    const id = randomUUID();
    const messageId = mail.messageId ?? `<${randomUUID()}@sender.example>`;
    const subject = mail.subject ?? "Privacy Policy Inquiry";
    const to = mail.to ?? ["privacy@operno.example"];
    const head = mail.head ?? [];
    const fields = [
      ...head,
      `From: ${mail.from}`,
      `To: ${to.join(", ")}`,
      `Subject: ${subject}`,
      `Message-ID: ${messageId}`,
    ];
    const stored: ReceivedFake = {
      ...{ id, messageId, subject, to, head, from: mail.from, createdAt: mail.createdAt ?? new Date() },
      ...{ text: mail.text ?? null, html: mail.html ?? null, files: mail.files ?? [] },
      raw: mail.withoutRaw ? null : `${fields.join("\r\n")}\r\n\r\n${mail.text ?? ""}`,
    };
    this.mails.set(id, stored);
    return stored;
  }

  /** What the report says: who, to whom, what is attached, and no content. */
  data(mail: ReceivedFake): Record<string, unknown> {
    return {
      ...{ email_id: mail.id, created_at: mail.createdAt.toISOString(), from: mail.from, to: mail.to, cc: [], bcc: [] },
      ...{ received_for: mail.to, message_id: mail.messageId, subject: mail.subject },
      attachments: mail.files.map(({ filename, contentType }, index) => ({
        ...{ id: `${mail.id}-${index}`, filename, content_type: contentType ?? "application/octet-stream" },
        ...{ content_disposition: "attachment", content_id: null },
      })),
    };
  }

  /** Answers a GET; false when the path is none of these. */
  answer(origin: string, request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? "/", origin);
    const file = /^\/cdn\/([\w-]+)\/(raw|\d+)$/.exec(url.pathname);
    if (file) return this.#file(url, String(file[1]), String(file[2]), response);
    const asked = /^\/emails\/receiving\/([\w-]+)(\/attachments)?$/.exec(url.pathname);
    if (!asked) return false;
    const { status, body } = this.#asked(request, url, String(asked[1]), asked[2] !== undefined, origin);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
    return true;
  }

  #asked(request: IncomingMessage, url: URL, id: string, list: boolean, origin: string) {
    if (!request.headers.authorization) return error(401, "missing_api_key", "Missing API Key");
    if (request.headers.authorization !== `Bearer ${this.#apiKey}`)
      return error(403, "invalid_api_key", "API key is invalid");
    if (!request.headers["user-agent"]) return error(403, "missing_user_agent", "Missing User-Agent");
    const mail = this.mails.get(id);
    if (!mail) return error(404, "not_found", "Email not found");
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const signed = (name: string) => `${origin}/cdn/${id}/${name}?signature=${this.#signature}`;
    if (list) {
      const limit = Number(url.searchParams.get("limit") ?? 20);
      if (!(limit >= 1 && limit <= 100)) return error(422, "validation_error", "limit must be between 1 and 100");
      const data = mail.files.slice(0, limit).map(({ filename, content, contentType, size }, index) => ({
        ...{ id: `${id}-${index}`, filename, size: size ?? content.length, content_id: null },
        ...{ content_type: contentType ?? "application/octet-stream", content_disposition: "attachment" },
        ...{ download_url: signed(String(index)), expires_at: expires },
      }));
      return { status: 200, body: { object: "list", has_more: mail.files.length > limit, data } };
    }
    const format = url.searchParams.get("html_format");
    if (format !== null && format !== "cid" && format !== "data_uri")
      return error(422, "validation_error", "html_format must be data_uri or cid");
    return {
      status: 200,
      body: {
        ...{ object: "email", ...this.data(mail), id, email_id: undefined, bcc: null, cc: null, reply_to: null },
        ...{ html: mail.html, text: mail.text, headers: Object.fromEntries(mail.head.map(field)) },
        raw: mail.raw === null ? null : { download_url: signed("raw"), expires_at: expires },
      },
    };
  }

  #file(url: URL, id: string, name: string, response: ServerResponse): boolean {
    const mail = this.mails.get(id);
    const content = name === "raw" ? Buffer.from(mail?.raw ?? "", "utf8") : mail?.files[Number(name)]?.content;
    if (url.searchParams.get("signature") !== this.#signature || !content) {
      response.writeHead(403).end();
      return true;
    }
    this.sentBytes += content.length;
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": content.length });
    response.end(content);
    return true;
  }
}

const field = (line: string): [string, string] => {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
};
