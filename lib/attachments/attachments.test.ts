import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { addSubjectMessage } from "../cases/add-subject-message";
import { clearCases } from "../cases/clear-cases";
import { openInquiry } from "../cases/open-inquiry";
import { caseForSubject } from "../cases/queries";
import { submitInquiry } from "../cases/submit-inquiry";
import { submitPlainRequest } from "../cases/submit-plain-request";
import { systemCtx, visitorCtx } from "../context";
import { people } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { forgetPerson } from "../erasure/forget-person";
import { newId } from "../ids";
import { sweepOwn } from "../retention/sweep-own";
import { attachmentDirectory } from "./attachment-file";
import { clearAttachmentFiles } from "./clear-files";
import { fileKind } from "./file-kind";
import { fileName } from "./file-name";
import { openAttachment } from "./open-attachment";

const database = testDatabase();
let storage = "";
beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), "tc-files-"));
  process.env.STORAGE_DIR = storage;
  resetEnv();
});
afterAll(() => rm(storage, { recursive: true, force: true }));

const pdf = Buffer.from("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
const upload = (name: string, data: Buffer | string = pdf) => new File([data as BlobPart], name);

/** A ZIP of entries, as small as it gets. */
function zip(entries: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const data = deflateRawSync(Buffer.from(text));
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(Buffer.byteLength(text), 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(Buffer.byteLength(text), 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(head, Buffer.from(name), data);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}
const office = (kind: string) =>
  `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/${kind}.main+xml"/></Types>`;
const docx = {
  "[Content_Types].xml": office("vnd.openxmlformats-officedocument.wordprocessingml.document"),
  "word/document.xml": "<w/>",
};
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("the kind of a file", () => {
  const cases: [string, Buffer, string, string | null][] = [
    ["a PDF, whatever it is called", pdf, "holiday.exe", "application/pdf"],
    ["a picture", png, "x", "image/png"],
    ["text", Buffer.from("Grüße\r\n"), "note.txt", "text/plain"],
    ["a table", Buffer.from("a;b\n1;2\n"), "table.csv", "text/csv"],
    ["a table of an old spreadsheet", Buffer.from("Gr\xfc\xdfe;1\n", "latin1"), "table.csv", "text/csv"],
    ["UTF-16 text", Buffer.from("\ufeffhello", "utf16le"), "note.txt", "text/plain"],
    ["a document", zip(docx), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["a document with macros", zip({ ...docx, "word/vbaProject.bin": "x" }), "a.docx", null],
    [
      "a document that says it has macros",
      zip({ ...docx, "[Content_Types].xml": office("vnd.ms-word.document.macroEnabled") }),
      "a.docx",
      null,
    ],
    ["an archive", zip({ "a.txt": "x" }), "a.zip", null],
    ["an archive called a document", zip({ "a.txt": "x" }), "a.docx", null],
    ["a program", Buffer.from("MZ\x90\0\x03"), "a.pdf", null],
    ["a program called text", Buffer.from("\x7fELF\x02\x01\x01\0"), "a.txt", null],
    ["a script", Buffer.from("#!/bin/sh\nrm -rf /\n"), "a.txt", null],
    ["a page", Buffer.from("<script>alert(1)</script>"), "a.html", null],
    ["a picture that can act", Buffer.from("<svg onload='alert(1)'/>"), "a.svg", null],
    ["a command file", Buffer.from("del *.*"), "a.bat", null],
    ["nothing", Buffer.alloc(0), "a.txt", null],
    ["a cut-off PNG", png.subarray(0, 9), "a.png", null],
  ];
  it.each(cases)("%s", async (_name, data, name, kind) => expect(await fileKind(data, name)).toBe(kind));

  it("H4: takes any bytes without throwing, and lets no control characters through as text", async () => {
    const begin = fc.constantFrom(
      "",
      "PK\x03\x04",
      "%PDF-",
      "\x89PNG\r\n\x1a\n",
      "\xff\xd8\xff",
      "RIFF",
      "\0\0\0\x18ftypheic",
    );
    await fc.assert(
      fc.asyncProperty(begin, fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
        const data = Buffer.concat([Buffer.from(start, "latin1"), rest]);
        const kind = await fileKind(data, "a.txt");
        // UTF-16 says so in its first two bytes, and has NULs.
        const isWide = data[0] === 0xff || data[0] === 0xfe;
        if (kind === "text/plain" && !isWide)
          expect(data.every((byte) => byte > 31 || (byte > 8 && byte < 14))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("S23 H4: a name stays what it is, in one line of at most 255 characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const name = fileName(text);
        expect(name).not.toMatch(/\p{Cc}/u);
        expect([...name].length).toBeLessThanOrEqual(255);
        expect(name).not.toBe("");
      }),
    );
    expect(fileName("../../etc/passwd\0.pdf")).toBe("../../etc/passwd .pdf");
  });
});

async function caseWithFile(values: { platformUserId?: string } = {}) {
  const personId = await makePerson(values);
  const ctx = holderCtx(personId);
  const made = await submitPlainRequest(ctx, { kind: "correction", message: "Mend it.", idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  const [row] = await database.sql`select id, reference from cases where subject_id = ${personId}`;
  const reference = String(row?.reference);
  const sent = await addSubjectMessage(ctx, {
    reference,
    message: "Here.",
    files: [upload("proof.pdf"), upload("", Buffer.alloc(0))],
  });
  expect(sent.ok).toBe(true);
  const file = (await caseForSubject(ctx, reference))?.messages.at(-1)?.attachments[0];
  return { personId, ctx, reference, caseId: String(row?.id), file, fileId: String(file?.id) };
}
const bytesOf = async (opened: Awaited<ReturnType<typeof openAttachment>>) => {
  if (!opened.ok) return opened.reason;
  const parts: Buffer[] = [];
  for await (const part of opened.value.body) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
};

describe("a file in a thread", () => {
  it("S19 S32: is its subject's and staff's; for everybody else it is not there, as one that is missing", async () => {
    const { ctx, file, fileId } = await caseWithFile();
    expect(file).toMatchObject({ name: "proof.pdf", bytes: pdf.length, type: "application/pdf" });
    expect(await bytesOf(await openAttachment(ctx, { attachmentId: fileId }))).toEqual(pdf);
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    expect(await bytesOf(await openAttachment(auditor, { attachmentId: fileId }))).toEqual(pdf);
    const [entry] =
      await database.sql`select actor_kind from audit_entries where action = 'attachment.opened' and object_id = ${fileId} and actor_kind = 'staff'`;
    expect(entry).toBeDefined();
    const other = holderCtx(await makePerson());
    for (const [who, attachmentId] of [
      [other, fileId],
      [visitorCtx(), fileId],
      [ctx, newId()],
      [ctx, "../../x"],
    ] as const)
      expect(await openAttachment(who, { attachmentId })).toEqual({ ok: false, reason: "not-found" });
    const lying = await readFile(join(attachmentDirectory(), fileId));
    expect(lying.includes(pdf)).toBe(false);
    expect(lying.includes("proof")).toBe(false);
  });

  it("R8: one that was changed or cut short on the disk is not handed out", async () => {
    const { ctx, fileId } = await caseWithFile();
    const path = join(attachmentDirectory(), fileId);
    const data = await readFile(path);
    await writeFile(path, data.subarray(0, -1));
    expect(await openAttachment(ctx, { attachmentId: fileId })).toEqual({ ok: false, reason: "damaged" });
    data[3] = (data[3] ?? 0) ^ 1;
    await writeFile(path, data);
    await expect(openAttachment(ctx, { attachmentId: fileId }).then(bytesOf)).rejects.toThrow(/does not open/);
  });

  it("S5: a form with too much, too many or the wrong kind is refused whole and leaves nothing", async () => {
    const { ctx, reference } = await caseWithFile();
    const before = (await readdir(attachmentDirectory())).length;
    const send = (files: File[]) => addSubjectMessage(ctx, { reference, message: "More.", files });
    const big = Buffer.concat([pdf, Buffer.alloc(config.attachments.formBytes)]);
    expect(await send([upload("big.pdf", big)])).toEqual({ ok: false, reason: "file-too-large" });
    const many = Array.from({ length: config.attachments.files + 1 }, (_, n) => upload(`${n}.pdf`));
    expect(await send(many)).toEqual({ ok: false, reason: "too-many-files" });
    expect(await send([upload("good.pdf"), upload("bad.exe", "MZ\x90\0")])).toEqual({ ok: false, reason: "file-type" });
    expect(await readdir(attachmentDirectory())).toHaveLength(before);
    expect((await caseForSubject(ctx, reference))?.messages).toHaveLength(2);
  });

  it("goes with its person: the row and its key at once, the file with the next sweep", async () => {
    const { personId, fileId, caseId } = await caseWithFile();
    await withTransaction(systemCtx("test"), async (tx) => {
      const [person] = await tx.db.select().from(people).where(eq(people.id, personId));
      if (person) await forgetPerson(tx, person);
    });
    const [row] =
      await database.sql`select count(*)::int as n from attachments a join case_messages m on m.id = a.message_id where m.case_id = ${caseId}`;
    expect(row?.n).toBe(0);
    const path = join(attachmentDirectory(), fileId);
    const old = new Date(Date.now() - 2 * 3_600_000);
    await utimes(path, old, old);
    await clearAttachmentFiles(systemCtx("test"));
    expect(await readdir(attachmentDirectory())).not.toContain(fileId);
  });

  it("goes with its case when that is past its time", async () => {
    const { fileId, caseId } = await caseWithFile();
    await database.sql`update cases set closed_at = now() - interval '25 months', decided_at = now(), decision = 'completed' where id = ${caseId}`;
    await clearCases(systemCtx("test"), { people: [], companies: [] });
    const [row] = await database.sql`select count(*)::int as n from attachments where id = ${fileId}`;
    expect(row?.n).toBe(0);
    const old = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(attachmentDirectory(), fileId), old, old);
    await sweepOwn(systemCtx("test"));
    expect(await readdir(attachmentDirectory())).not.toContain(fileId);
  });
});

describe("a file of the public form", () => {
  it("waits sealed with the form, and comes into the case under the subject's key", async () => {
    const personId = await makePerson();
    const form = {
      ...{ name: "Kim", email: `p-${personId}@example.test`, message: "See this.", network: null },
      ...{ idempotencyKey: newId(), files: upload("kim.pdf") },
    };
    const made = await submitInquiry(visitorCtx(), form);
    if (!made.ok) throw new Error(made.reason);
    // R7: the same again is the same, and another file under the same key is refused.
    expect(await submitInquiry(visitorCtx(), { ...form, files: upload("kim.pdf") })).toEqual(made);
    expect(await submitInquiry(visitorCtx(), { ...form, files: upload("kim.pdf", png) })).toMatchObject({
      ok: false,
      reason: "idempotency-mismatch",
    });
    const { reference } = made.value;
    const [intake] = await database.sql`select id from intakes where reference = ${reference}`;
    const [waiting] =
      await database.sql`select id, message_id from attachments where intake_id = ${String(intake?.id)}`;
    expect(waiting?.message_id).toBeNull();
    const attachmentId = String(waiting?.id);
    expect(await openAttachment(holderCtx(personId), { attachmentId })).toMatchObject({
      ok: false,
      reason: "not-found",
    });
    await openInquiry(systemCtx("test"), { intakeId: String(intake?.id) });
    await openInquiry(systemCtx("test"), { intakeId: String(intake?.id) });
    const [kept] =
      await database.sql`select encode(substring(wrapped_key from 2 for 4), 'hex') as version from attachments where id = ${attachmentId}`;
    // Version 0 is a person's own key.
    expect(kept?.version).toBe("00000000");
    expect((await caseForSubject(holderCtx(personId), reference))?.messages[0]?.attachments[0]?.name).toBe("kim.pdf");
    expect(await bytesOf(await openAttachment(holderCtx(personId), { attachmentId }))).toEqual(pdf);
  });
});
