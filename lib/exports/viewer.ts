import { config } from "../../trust-center.config";
import type { Omission } from "../data-map/exported";
import { sizeInWords } from "./size";
import { escapeHtml as e, page } from "./viewer-page";

const cellLength = 300;
export const previewRows = 8;

/** The files of one column as the viewer shows them. */
export type ShownFiles = {
  field: string;
  /** The column that says what they were called. */
  nameField: string | null;
  folder: string;
  count: number;
  bytes: number;
  first: { paths: string[]; name: string | null; bytes: number }[];
};

/** One collection as the viewer shows it. */
export type Shown = {
  label: string;
  description: string;
  system: string;
  columns: { name: string; label: string }[];
  rows: number;
  json: { paths: string[]; bytes: number };
  csv: { paths: string[]; bytes: number };
  schema: string;
  files: ShownFiles[];
  /** The first rows, as the JSON file has them. */
  first: Record<string, unknown>[];
};

/** Numbers keep their digits: a double would round large ones. */
function exactly(line: string): Record<string, unknown> {
  type Reviver = (key: string, value: unknown, context: { source: string }) => unknown;
  const keep: Reviver = (_key, value, { source }) =>
    typeof value === "number" ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source) : value;
  return JSON.parse(line, keep as Parameters<typeof JSON.parse>[1]);
}

/** The first rows of a JSON Lines file, from its first block; a row too large to look at is left out. */
export function firstRows(block: Buffer): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  for (let from = 0; from < block.length && rows.length < previewRows; ) {
    const until = block.indexOf(0x0a, from);
    if (until < 0) break;
    if (until - from < 100_000) rows.push(exactly(block.toString("utf8", from, until)));
    from = until + 1;
  }
  return rows;
}

const decimal = new Intl.NumberFormat("en");

function cell(value: unknown): string {
  if (value === null || value === undefined) return '<td class="none">none</td>';
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `<td><bdi>${e(short(text))}</bdi></td>`;
}

const short = (text: string) =>
  text.length > cellLength ? `${text.slice(0, cellLength).replace(/[\ud800-\udbff]$/, "")}...` : text;

const fileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** The path is ours; what the file was called is somebody's, and stands there as text (S23). */
function fileCell(row: Record<string, unknown>, { field, nameField }: ShownFiles): string {
  const path = row[field];
  if (typeof path !== "string") return cell(path);
  const name = nameField === null ? null : row[nameField];
  return `<td><a href="${e(path)}"><bdi>${e(short(typeof name === "string" && name !== "" ? name : fileName(path)))}</bdi></a></td>`;
}

function fileList({ folder, count, bytes, first }: ShownFiles): string {
  if (count === 0) return "";
  const items = first.map(
    (file) =>
      `<li>${file.paths
        .map(
          (path, n) =>
            `<a href="${e(path)}"><bdi>${e(short(file.name || fileName(path)))}${n > 0 ? ` (${n + 1})` : ""}</bdi></a>`,
        )
        .join(", ")} (${sizeInWords(file.bytes)})</li>`,
  );
  const more =
    count > first.length ? `<li class="muted">and ${decimal.format(count - first.length)} more there</li>` : "";
  return `<details><summary>${decimal.format(count)} ${count === 1 ? "file" : "files"} (${sizeInWords(bytes)}) in <code>${e(folder)}</code></summary>
<p>They are called here after the key of their row. Only open what you trust: they are as they were uploaded.</p>
<ul>${items.join("")}${more}</ul></details>`;
}

const links = ({ paths, bytes }: Shown["json"], name: string) =>
  paths.map((path, n) => `<a href="${e(path)}">${name}${paths.length > 1 ? ` ${n + 1}` : ""}</a>`).join(", ") +
  ` (${sizeInWords(bytes)})`;

function section(shown: Shown): string {
  const table =
    shown.first.length === 0
      ? ""
      : `<div class="scroll"><table><thead><tr>${shown.columns
          .map(({ name, label }) => `<th scope="col" title="${e(name)}">${e(label)}</th>`)
          .join("")}</tr></thead><tbody>${shown.first
          .map(
            (row) =>
              `<tr>${shown.columns
                .map(({ name }) => {
                  const files = shown.files.find(({ field }) => field === name);
                  return files ? fileCell(row, files) : cell(row[name]);
                })
                .join("")}</tr>`,
          )
          .join("")}</tbody></table></div>`;
  const all = shown.rows <= shown.first.length;
  const cut = "Long values are cut here, not in the files.";
  const more = all ? cut : `The first ${shown.first.length} of ${decimal.format(shown.rows)} rows. ${cut}`;
  return `<h2>${e(shown.label)}</h2>
<p>${e(shown.description)}</p>
<p>${decimal.format(shown.rows)} ${shown.rows === 1 ? "row" : "rows"}: ${links(shown.json, "JSON")}, ${links(shown.csv, "CSV")},
<a href="${e(shown.schema)}">what each field means</a></p>
${shown.rows === 0 ? "<p>Nothing is held here.</p>" : `${table}<p class="muted">${more}</p>`}
${shown.files.map(fileList).join("")}`;
}

/** The page that explains and shows a package: opens anywhere, runs nothing. */
export function viewer(input: {
  reference: string;
  scope: "person" | "company";
  readAfter: Temporal.Instant;
  parts: number;
  collections: Shown[];
  omitted: Omission[];
}): string {
  const { collections, omitted } = input;
  const rows = collections.reduce((sum, shown) => sum + shown.rows, 0);
  const whose = input.scope === "company" ? "your company account" : "you";
  const items = omitted.map(
    ({ system, collection, field, partly, reason, ground }) =>
      `<tr><td>${e(field ? `${collection}, ${field}` : collection)}${partly ? " (in some rows)" : ""}</td><td>${e(reason)}</td><td>${e(ground)}</td><td>${e(system)}</td></tr>`,
  );
  return page(
    `${config.company.name}: your data`,
    `<h1>Your data at ${e(config.company.name)}</h1>
<p>This is a copy of what is held about ${whose}: ${decimal.format(rows)} rows in ${collections.length} collections,
read after ${e(input.readAfter.toString({ smallestUnit: "second" }))} (UTC). Request ${e(input.reference)}.</p>
<ul>
<li><a href="statement.html">About this data</a>: what it is used for, who receives it, how long it is kept, your rights.</li>
<li><code>data/</code>: each collection twice. CSV opens in a spreadsheet; JSON (one object a line) is exact and for machines.
In CSV, a text that a spreadsheet would run as a formula has an apostrophe in front.</li>
<li><code>files/</code>: what was uploaded, as files. In the rows stands where each lies.</li>
<li><code>schema/</code>: what each field means.</li>
<li><a href="omitted.json">omitted.json</a>: what is not in here, why, and on what ground.</li>
<li><a href="datapackage.json">datapackage.json</a>: every file with its size, rows and SHA-256, as Data Package v2.</li>
${input.parts > 1 ? `<li>The package has ${input.parts} parts. Unpack all of them into one folder for the links here to work.</li>` : ""}
</ul>
${collections.length === 0 ? "<p>Nothing is held.</p>" : collections.map(section).join("\n")}
<h2>Not in this package</h2>
${items.length === 0 ? "<p>Nothing was left out.</p>" : `<div class="scroll"><table><thead><tr><th scope="col">What</th><th scope="col">Why</th><th scope="col">Ground</th><th scope="col">System</th></tr></thead><tbody>${items.join("")}</tbody></table></div>`}`,
  );
}
