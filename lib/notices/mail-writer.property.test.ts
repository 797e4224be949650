import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { config } from "../../trust-center.config";
import { resetEnv } from "../env";
import { newId } from "../ids";
import { mailAddress } from "../mail/mail-address";
import { composeMail } from "../mail/message";
import { renderMail } from "../mail/render-mail";
import { mailWriter, wordsOf } from "./mail-writer";
import { announcementProps, notice, renderAnnouncement } from "./render-notice";

beforeAll(() => {
  // The environment wants a database; no query is made here.
  process.env.DATABASE_URL ??= "postgres://nobody@127.0.0.1:1/none";
  process.env.PLATFORM_DATABASE_URL ??= process.env.DATABASE_URL;
  resetEnv();
});

// Whatever a local part may hold, with what steers a replacement, a template or a page first.
const local = fc.oneof(
  fc.constantFrom("$&", "$1", "$`", "$'", "{{day}}", "{{address}}", "o'neil", "a&b", "&lt;", "a+b", "`x`", "UPPER"),
  fc.string({ unit: fc.constantFrom(..."Az09!#$%&'*+/=?^_`{|}~-"), minLength: 1, maxLength: 64 }),
);
const domain = fc.constantFrom("b.example", "B.Example", "bücher.example", "xn--bcher-kva.example", "日本.example");
const address = fc
  .tuple(local, domain)
  .map(([before, after]) => mailAddress(`${before}@${after}`))
  .filter((to) => to !== null);
const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia");
const hostile = fc
  .oneof(
    fc.constantFrom(
      "{{address}} and {{ day }}",
      "$& $1",
      "</p><b>bold",
      `"quoted" 'too' & more`,
      "a\\u0000b \\ \u2028 \u202e",
      "line\nbreak",
      "😀 ümläut",
    ),
    fc.string({ unit: "grapheme", maxLength: 60 }),
  )
  .filter((text) => !text.includes("\u0000"));
const highlight = fc.record({
  kind: fc.constant("wording" as const),
  sentence: hostile,
  oldText: fc.option(hostile),
  newText: fc.option(hostile),
});
// Two highlights with the same words would share a key, which is another matter.
const highlights = fc.uniqueArray(highlight, { maxLength: 3, selector: ({ sentence }) => sentence });
const said = fc.oneof(
  fc.record({
    kind: fc.constantFrom("ins" as const, "del" as const),
    text: hostile,
    targets: fc.array(hostile, { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constantFrom("text" as const, "note" as const), text: hostile }),
);
const changes = fc.option(
  fc.record({
    told: fc
      .tuple(hostile, fc.array(said, { maxLength: 4 }))
      .map(([heading, all]) => [
        { id: "a", heading, what: null, blocks: [{ unchanged: 2 }, { kind: "item" as const, depth: 0, said: all }] },
      ]),
    left: fc.nat(3),
  }),
);
const instant = fc
  .integer({ min: 1.7e9, max: 2.2e9 })
  .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000));

it("R4: a mail written by substitution has the very bytes of one rendered in full for that person", async () => {
  const version = { number: 7, previous: 6 };
  await fc.assert(
    fc.asyncProperty(
      highlights,
      changes,
      instant,
      zone,
      fc.array(address, { minLength: 1, maxLength: 3 }),
      async (...args) => {
        const [shown, told, effectiveAt, timeZone, people] = args;
        const [noticeId, language] = [newId(), config.languages[0]];
        const writer = mailWriter(await renderAnnouncement(language, version, shown, told), noticeId, effectiveAt);
        for (const to of people) {
          const recipientId = newId();
          const target = Buffer.alloc(writer.mostBytes(timeZone) + 3, "#");
          const end = writer.write(target, 3, { to, recipientId, timeZone });
          const values = { ...wordsOf(effectiveAt, timeZone), address: to };
          const whole = composeMail(
            to,
            await renderMail("policy-notice", announcementProps(version, shown, values, told), notice),
            { "X-Entity-Ref-ID": recipientId },
          );
          const tags = [
            { name: "notice", value: noticeId },
            { name: "recipient", value: recipientId },
          ];
          expect(target.toString("utf8", 3, end)).toBe(JSON.stringify({ ...whole, tags }));
          expect(end).toBeLessThanOrEqual(target.length);
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

it("the longest address of all still fits what a mail is said to take at most", async () => {
  const to = `${"'".repeat(64)}@${"a.".repeat(90)}example`;
  expect(mailAddress(to)).toBe(to);
  const content = await renderAnnouncement("en", { number: 1, previous: null }, []);
  const writer = mailWriter(content, newId(), Temporal.Instant.from("2027-01-01T00:00:00Z"));
  const target = Buffer.alloc(writer.mostBytes("UTC"));
  const end = writer.write(target, 0, { to, recipientId: newId(), timeZone: "UTC" });
  expect(JSON.parse(target.toString("utf8", 0, end)).to).toEqual([to]);
});
