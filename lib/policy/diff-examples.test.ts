import { describe, expect, it } from "vitest";
import { expectTrueChanges, nothingChanged, textOf } from "@/test/policy-changes";
import type { PolicyDiff, Row } from "./diff";
import type { Run } from "./runs";

const compare = (before: string, after: string) => expectTrueChanges(textOf(before), textOf(after));
const rowsOf = (diff: PolicyDiff, kind: Row["kind"]) =>
  diff.clauses.flatMap(({ rows }) => rows.filter((row) => row.kind === kind));
const runsOf = (diff: PolicyDiff): Run[] =>
  diff.clauses.flatMap(({ rows }) => rows.flatMap((row) => ("runs" in row ? (row.runs ?? []) : [])));
/** A comparison in short: `[-gone-]`, `{+new+}`, `~signs~`, `<words|change>`. */
const short = (runs: readonly Run[]) =>
  runs
    .map((run) => {
      if (run.kind === "del") return `[-${run.text}-]`;
      if (run.kind === "ins") return `{+${run.text}+}`;
      if (run.kind === "quiet") return `~${run.text}~`;
      return run.kind === "format" ? `<${run.text}|${JSON.stringify(run.formats)}>` : run.text;
    })
    .join("");

const storage = "We store the files of your projects on servers in Ireland for as long as your account exists.";
const logs = "Access logs are deleted after 90 days unless an incident is being investigated.";
const sharing = "We never sell personal data to advertisers or data brokers.";
const requests = "Write to our privacy team and we answer within 30 days.";

describe("what became of a sentence", () => {
  it("a number changed inside a sentence that moved to another clause", () => {
    const diff = compare(
      `## One\n\n${storage} ${logs}\n\n## Two\n\n${sharing}`,
      `## One\n\n${storage}\n\n## Two\n\n${sharing} ${logs.replace("90", "180")}`,
    );
    expect(diff.counts).toEqual({ ...nothingChanged, moved: 1, movedChanged: 1 });
    expect(short(runsOf(diff))).toContain("after [-90-]{+180+} days");
    expect(rowsOf(diff, "moved-away")).toMatchObject([{ to: { heading: "Two" }, changed: true }]);
  });

  it("a sentence split in two keeps its words", () => {
    const diff = compare(
      "## A\n\nWe collect your name and postal address, and we use the postal address to ship printed invoices to your office.",
      "## A\n\nWe collect your name and postal address. We use the postal address to ship printed invoices to your office.",
    );
    expect(diff.counts).toEqual({ ...nothingChanged, changed: 1 });
    expect(short(runsOf(diff))).toBe(
      "We collect your name and postal address[-, and we-]{+. We+} use the postal address to ship printed invoices to your office.",
    );
  });

  it("two sentences made one keep their words", () => {
    const diff = compare(
      "## A\n\nWe collect your name and postal address. We use the postal address to ship printed invoices to your office.",
      "## A\n\nWe collect your name and postal address, and we use the postal address to ship printed invoices to your office.",
    );
    expect(diff.counts).toEqual({ ...nothingChanged, changed: 1 });
  });

  it("a list in another order is moved items, none of them changed", () => {
    const items = ["your name", "your telephone number", "the serial numbers of lifts", "invoices and payments"];
    const list = (all: string[]) => `## A\n\n${all.map((one) => `- ${one}`).join("\n")}`;
    const { counts } = compare(list(items), list(items.toReversed()));
    expect({ ...counts, moved: 0 }).toEqual(nothingChanged);
    expect(counts.moved).toBe(3);
  });

  it("an ordered list that begins with a new item marks that item alone", () => {
    const diff = compare(
      "## A\n\n1. your name\n2. your telephone number",
      "## A\n\n1. your photo\n2. your name\n3. your telephone number",
    );
    expect(diff.counts).toEqual({ ...nothingChanged, inserted: 1 });
  });

  it("a table: a row that came, and one cell that changed", () => {
    const table = (rows: string[]) => `## A\n\n| Data | Kept for |\n|---|---|\n${rows.join("\n")}`;
    const before = table(["| Usage logs | 2 years |", "| Invoices | 10 years |", "| Photos of faults | 90 days |"]);
    const added = compare(
      before,
      table([
        "| Usage logs | 2 years |",
        "| Chat messages | 1 year |",
        "| Invoices | 10 years |",
        "| Photos of faults | 90 days |",
      ]),
    );
    expect(added.counts).toEqual({ ...nothingChanged, inserted: 1 });
    const changed = compare(before, before.replace("90 days", "30 days"));
    expect(short(runsOf(changed))).toBe("Photos of faults | [-90-]{+30+} days");
  });

  it("a table: a column that came or went marks its cells and no other", () => {
    const two =
      "## A\n\n| Data | Kept for |\n|---|---|\n| Usage logs | 2 years |\n| Invoices of your company | 10 years |";
    const three =
      "## A\n\n| Data | Why | Kept for |\n|---|---|---|\n| Usage logs | to mend faults | 2 years |\n| Invoices of your company | tax law | 10 years |";
    const rows = (diff: ReturnType<typeof compare>) =>
      diff.clauses.flatMap((clause) =>
        clause.rows.flatMap((row) => ("runs" in row && row.runs ? [short(row.runs)] : [])),
      );
    expect(rows(compare(two, three))).toEqual([
      "Data{+ | Why+} | Kept for",
      "Usage logs{+ | to mend faults+} | 2 years",
      "Invoices of your company{+ | tax law+} | 10 years",
    ]);
    expect(rows(compare(three, two))).toEqual([
      "Data[- | Why-] | Kept for",
      "Usage logs[- | to mend faults-] | 2 years",
      "Invoices of your company[- | tax law-] | 10 years",
    ]);
  });

  it("with under a third of it kept, a sentence is replaced as a whole", () => {
    const diff = compare(
      "## A\n\nPayment card numbers are held by our payment provider under contract.",
      "## A\n\nPayment card details stay with the bank that issued your card, which sees nothing of your lifts.",
    );
    const runs = runsOf(diff).filter(({ kind }) => kind !== "same");
    expect(runs.length <= 2).toBe(true);
    expect(diff.counts.inserted + diff.counts.changed).toBe(1);
  });

  it("a small word between two changes does not break them up", () => {
    const diff = compare(
      "## A\n\nOur technicians can open reports of the regional offices when a lift in your building has stopped.",
      "## A\n\nOur technicians can open photos by the maintenance crews when a lift in your building has stopped.",
    );
    expect(short(runsOf(diff))).toBe(
      "Our technicians can open [-reports of the regional offices-]{+photos by the maintenance crews+} when a lift in your building has stopped.",
    );
  });
});

describe("numbers, dates and amounts", () => {
  it.each([
    [
      "Wir speichern Rechnungen über 1.234,56 € bis zum 25. Mai 2018 auf Servern.",
      "Wir speichern Rechnungen über 1.234,65 € bis zum 25. Juni 2018 auf Servern.",
      "über [-1.234,56 €-]{+1.234,65 €+} bis zum [-25. Mai 2018-]{+25. Juni 2018+} auf",
    ],
    [
      "個人情報は2018年5月25日から30日間保存します。",
      "個人情報は2018年5月26日から60日間保存します。",
      "は[-2018年5月25日-]{+2018年5月26日+}から[-30日間-]{+60日間+}保存",
    ],
    [
      "It takes effect on May 28, 2025 for 10% of customers who pay $1,000.50 a year.",
      "It takes effect on May 29, 2025 for 15% of customers who pay $1,000.55 a year.",
      "on [-May 28, 2025-]{+May 29, 2025+} for [-10%-]{+15%+} of customers who pay [-$1,000.50-]{+$1,000.55+} a",
    ],
    [
      "Logs stay 30 days and backups stay 60 days on our servers.",
      "Logs stay 60 days and backups stay 30 days on our servers.",
      "stay [-30-]{+60+} days and backups stay [-60-]{+30+} days",
    ],
    [
      "Fines reach 20 million euros for such a breach.",
      "Fines reach 20 billion euros for such a breach.",
      "[-20 million euros-]{+20 billion euros+}",
    ],
    [
      "See {% data variables.product.name %} for the list of {{ site.regions }}.",
      "See {% data variables.product.title %} for the list of {{ site.regions }}.",
      "See [-{% data variables.product.name %}-]{+{% data variables.product.title %}+} for",
    ],
  ])("%s", (before, after, expected) => {
    expect(short(runsOf(compare(`## A\n\n${before}`, `## A\n\n${after}`)))).toContain(expected);
  });
});

describe("links, formatting and signs", () => {
  it("says where a link leads now when only that changed", () => {
    const diff = compare(
      "## A\n\nSee [our list](https://a.example/v1) of providers.",
      "## A\n\nSee [our list](https://a.example/v2) of providers.",
    );
    expect(diff.counts).toEqual({ ...nothingChanged, formatted: 1 });
    expect(runsOf(diff)[1]).toEqual({
      kind: "format",
      text: "our list",
      formats: [{ kind: "link", from: "https://a.example/v1", to: "https://a.example/v2" }],
    });
  });

  it("knows a link by its target, however it is written", () => {
    const inline = "## A\n\nSee [our list](https://a.example/v1) and <https://b.example/x>.";
    const reference = "## A\n\nSee [our list][l] and https://b.example/x.\n\n[l]: https://a.example/v1";
    const html = '## A\n\nSee <a href="https://a.example/v1">our list</a> and https://b.example/x.';
    expect(compare(inline, reference).counts).toEqual(nothingChanged);
    expect(compare(inline, html).counts).toEqual(nothingChanged);
    expect(compare(reference, reference.replace("v1", "v2")).counts).toEqual({ ...nothingChanged, formatted: 1 });
  });

  it("marks bold that came as formatting", () => {
    const diff = compare("## A\n\nWe never sell your data.", "## A\n\nWe **never** sell your data.");
    expect(diff.counts).toEqual({ ...nothingChanged, formatted: 1 });
    expect(short(runsOf(diff))).toBe('We <never|[{"kind":"strong","added":true}]> sell your data.');
  });

  it.each([
    ["quotation marks", `The "service" and 'app' aren't sold.`, "The “service” and ‘app’ aren’t sold."],
    ["German quotation marks", `Der "Dienst" gilt.`, "Der „Dienst“ gilt."],
    ["a non-breaking space", "We keep 30 days of logs here.", "We keep 30\u00a0days of logs here."],
    ["dashes", "Your data - all of it - stays for 10-15 days.", "Your data — all of it — stays for 10–15 days."],
    ["a hyphen between two words", "We use third party tools.", "We use third-party tools."],
    ["an ellipsis", "And so on... It stays.", "And so on… It stays."],
    ["full-width forms", "保存期間（30日）です。", "保存期間(30日)です。"],
  ])("%s alone are typography", (_, before, after) => {
    const { counts } = compare(`## A\n\n${before}`, `## A\n\n${after}`);
    expect(counts.typographic).toBeGreaterThan(0);
    expect({ ...counts, typographic: 0 }).toEqual(nothingChanged);
  });

  it.each([
    ["wrapped lines", "We keep\nlogs  for\n30 days.", "We keep logs for 30 days."],
    ["spaces in Japanese", "GitHub は 30 日間保存します。", "GitHubは 30日間保存します。"],
    ["a space before a per cent sign", "It is 10 % of all.", "It is 10% of all."],
  ])("%s are no change", (_, before, after) => {
    expect(compare(`## A\n\n${before}`, `## A\n\n${after}`).counts).toEqual(nothingChanged);
  });
});

describe("clauses", () => {
  const body = (topic: string) => `${storage} ${logs.replace("Access", topic)} ${requests}`;

  it("a heading that was renamed keeps the id, also when its clause moved and another took its name", () => {
    const before = `## Data\n\n${body("Access")}\n\n## Sharing\n\n${sharing}\n\n## End\n\nThank you for reading this.`;
    const after = `## Sharing\n\n${sharing}\n\n## What we store\n\n${body("Access")}\n\n## Data\n\nA table of every field is in the appendix.\n\n## End\n\nThank you for reading this.`;
    const diff = compare(before, after);
    const renamed = diff.clauses.find(({ heading }) => heading === "What we store");
    expect(renamed?.id).toBe("data");
    expect(diff.clauses.find(({ heading, state }) => heading === "Data" && state === "added")).toBeDefined();
    expect(diff.counts.movedClauses).toBe(1);
    expect(diff.counts.deleted).toBe(0);
  });

  it("a clause split in two moves the sentences of the second", () => {
    const diff = compare(
      `## A\n\n${storage} ${logs}\n\n${sharing} ${requests}`,
      `## A\n\n${storage} ${logs}\n\n## B\n\n${sharing} ${requests}`,
    );
    expect(diff.counts).toEqual({ ...nothingChanged, inserted: 1, moved: 2 });
  });

  it("headings that are there twice are told apart by what they say", () => {
    const before = `# P\n\n## Cookies\n\n${storage}\n\n## Cookies\n\n${sharing}`;
    const diff = compare(before, `# P\n\n## Cookies\n\n${sharing}`);
    expect(diff.counts).toEqual({ ...nothingChanged, deleted: 2 });
  });

  it("kramdown ids keep a clause whatever its heading says", () => {
    const diff = compare(`## Data {#data}\n\n${storage}`, `What we hold\n------------\n{: #data .wide}\n\n${sharing}`);
    expect(diff.clauses.map(({ id, state }) => [id, state])).toEqual([["data", "changed"]]);
  });
});
