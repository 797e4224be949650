import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { referencesIn, threadOfCase } from "./case-thread";
import { htmlText } from "./html-text";
import { type MailHeaders, parseHead } from "./mail-headers";
import { isOwnAddress, mailNature, takesConfirmation } from "./mail-nature";
import { ownWords } from "./own-words";
import { isProvedSender } from "./proved-sender";
import { readSender } from "./read-sender";

const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const reference = fc
  .array(fc.constantFrom(...letters), { minLength: 8, maxLength: 8 })
  .map((one) => `PR-${one.slice(0, 4).join("")}-${one.slice(4).join("")}`);
const line = fc.string({ unit: "binary", maxLength: 200 }).map((text) => text.replace(/[\r\n]/g, ""));
/** Text as hostile as it gets, with what parsers look for strewn in. */
const wild = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(
        "<",
        ">",
        '"',
        "@",
        ",",
        ";",
        "(",
        ")",
        ":",
        "\r\n",
        "\n ",
        "+pr-",
        "PR-",
        "On x wrote:",
        "> ",
        "dmarc=pass",
        "\0",
      ),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

describe("H4: the head of a mail", () => {
  it("gives back what was written, unfolded, whatever follows", () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,30}$/);
    const value = fc.stringMatching(/^[!-~]([ -~]{0,80}[!-~])?$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 20 }), wild, (fields, body) => {
        const head = fields.map(([one, other]) => `${one}: ${other}`).join("\r\n");
        const folded = head.replaceAll(" ", "\r\n ");
        const wanted = fields.map(([one, other]) => [one.toLowerCase(), other]);
        expect(parseHead(`${head}\r\n\r\n${body}`)).toEqual(wanted);
        const tight = (list: MailHeaders) => list.map(([one, other]) => [one, other.replace(/\s+/g, "")]);
        expect(tight(parseHead(`${folded}\r\n\r\n${body}`))).toEqual(tight(wanted as unknown as MailHeaders));
      }),
    );
  });

  it("takes anything without throwing, and its readers too", () => {
    fc.assert(
      fc.property(wild, wild, wild, (head, from, subject) => {
        const headers = parseHead(head);
        for (const [name, value] of headers) {
          expect(name).toMatch(/^[\x21-\x39\x3b-\x7e]+$/);
          expect(value).not.toMatch(/[\r\n]/);
        }
        mailNature({ headers, from });
        takesConfirmation(headers);
        const found = referencesIn({ headers, subject, to: [from] });
        expect(found.length).toBeLessThanOrEqual(5);
        for (const one of found) expect(one).toMatch(/^PR-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
        const { address, raw, name } = readSender(from);
        if (address) expect(address).toMatch(/^[^\s<>"(),:;@]+@[a-z0-9.-]+$/);
        expect(raw.length).toBeLessThanOrEqual(320);
        expect(`${raw}${name}`).not.toMatch(/\p{Cc}/u);
        expect(isProvedSender(headers, "a@x.example", null)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a reference", () => {
  it("is found in every place that our own mails put it", () => {
    fc.assert(
      fc.property(reference, line, (one, around) => {
        const thread = threadOfCase(one);
        const clean = around.replace(/[<>+]|pr/gi, "");
        const empty = { headers: [], subject: "", to: [] };
        expect(referencesIn({ ...empty, to: [`"x" <${thread.replyTo}>`] })).toEqual([one]);
        expect(referencesIn({ ...empty, headers: [["references", `<a@b.c> ${thread.headers.References}`]] })).toEqual([
          one,
        ]);
        expect(referencesIn({ ...empty, subject: `${clean} (${one})` })).toEqual([one]);
      }),
    );
  });
});

describe("S11 who wrote", () => {
  it.each([
    ["Kim Sender <kim@x.example>", "kim@x.example", "Kim Sender"],
    ['"Sender, Kim" <Kim@X.example>', "kim@x.example", "Sender, Kim"],
    ["kim@x.example", "kim@x.example", null],
    ["privacy@operno.example <kim@x.example>", "kim@x.example", "privacy@operno.example"],
    ["a@x.example, b@x.example", null, null],
    ["a@x.example, Kim <b@x.example>", null, "a@x.example, Kim"],
    ['"a b"@x.example', null, null],
    ["", null, null],
    ["Kim <kim@x.example> <other@x.example>", "other@x.example", "Kim <kim@x.example>"],
  ])("%s", (from, address, name) => expect(readSender(from)).toMatchObject({ address, name }));

  it("knows our own addresses with whatever follows a plus", () => {
    expect(isOwnAddress("privacy+pr-1111-2222@operno.example")).toBe(true);
    expect(isOwnAddress("Trust@Operno.example")).toBe(true);
    expect(isOwnAddress("trust@operno.example.evil.example")).toBe(false);
  });
});

describe("whether the sender is proved", () => {
  const head = (value: string): MailHeaders => [["authentication-results", value]];
  it.each([
    ["amazonses.com; dmarc=pass header.from=x.example;", true],
    ["amazonses.com; spf=pass (of x; dmarc=pass header.from=x.example) smtp.mailfrom=e.example; dmarc=none", false],
    ["amazonses.com; dkim=pass header.i=@x.example;", true],
    ["amazonses.com; dkim=pass header.d=x.example header.s=k;", true],
    ["amazonses.com; dkim=pass header.i=@mail.x.example;", false],
    ["amazonses.com; dmarc=pass header.from=y.example;", false],
    ["amazonses.com; dmarc=fail header.from=x.example; spf=pass smtp.mailfrom=x.example", false],
    ["amazonses.com.evil.example; dmarc=pass header.from=x.example;", false],
    ["evil.example; dmarc=pass header.from=x.example;", false],
    ['amazonses.com; spf=pass smtp.mailfrom="; dmarc=pass header.from=x.example; "@evil.example; dmarc=none', false],
    ['amazonses.com; spf=pass smtp.mailfrom="\\"; dmarc=pass header.from=x.example; "@evil.example', false],
    ['amazonses.com; dmarc=pass header.from="x.example";', true],
    ["amazonses.com; dmarc=pass header.from=x.example (never closed", false],
    ["", false],
  ])("%s", (value, proved) => expect(isProvedSender(head(value), "kim@x.example", "amazonses.com")).toBe(proved));

  it("by the topmost result alone", () => {
    const twice: MailHeaders = [
      ...head("amazonses.com; dmarc=fail"),
      ...head("amazonses.com; dmarc=pass header.from=x.example"),
    ];
    expect(isProvedSender(twice, "kim@x.example", "amazonses.com")).toBe(false);
  });
});

describe("the words of now", () => {
  it("are the beginning of the mail, and never nothing when there is something", () => {
    fc.assert(
      fc.property(wild, (text) => {
        const own = ownWords(text);
        expect(text.trim().startsWith(own)).toBe(true);
        expect(own === "").toBe(text.trim() === "");
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["Yes.\n\nOn Sat, Nov 28, 2026 at 10:00 Operno\n<privacy@operno.example> wrote:\n> Is it?\n>\n> Yours", "Yes."],
    ["Ja.\n\nAm 28.11.2026 um 10:00 schrieb Operno:\n\n> Stimmt es?", "Ja."],
    ["Yes.\n\n-----Original Message-----\nFrom: Operno\nIs it?", "Yes."],
    [
      "Yes.\n\n________________________________\nFrom: Operno <p@x.example>\nSent: Saturday\nTo: Kim\nSubject: x\n\nIs it?",
      "Yes.",
    ],
    ["Yes.\n\nFrom: Operno <p@x.example>\nSent: Saturday, 28 November\nTo: Kim\n\nIs it?", "Yes."],
    ["> Is it?\nYes.\n> And that?\nNo.", "> Is it?\nYes.\n> And that?\nNo."],
    ["> Only quoted", "> Only quoted"],
    ["From: my first day here on I was happy.\nThanks", "From: my first day here on I was happy.\nThanks"],
  ])("%j", (text, own) => expect(ownWords(text)).toBe(own));

  it("are found in no time in a mail made to be slow", () => {
    const began = performance.now();
    ownWords("> \n".repeat(60_000));
    ownWords("From: a\n".repeat(25_000));
    ownWords(`${"On ".repeat(60_000)}\n> x`);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe("HTML", () => {
  it("of any kind becomes text, also when it is made to be deep or long", () => {
    fc.assert(
      fc.property(wild, (html) => void htmlText(html)),
      { numRuns: 200 },
    );
    const began = performance.now();
    expect(htmlText(`${"<div>".repeat(100_000)}deep`).length).toBeLessThan(1000);
    htmlText("<table><tr>".repeat(50_000));
    htmlText("<ul><li>a".repeat(100_000));
    htmlText(`<p>${"a ".repeat(500_000)}</p>`);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
