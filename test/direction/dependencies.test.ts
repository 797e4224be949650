import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "@/lib/process/run-ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Whole names only: `react` is not named by `react-dom`, nor `diff` by `policy-diff`. */
const names = (text: string, name: string) =>
  new RegExp(`(?<![\\w@/-])${name.replaceAll(".", "\\.")}(?![\\w/-])`, "i").test(text);

it("tells a package from one whose name holds it", () => {
  expect(names("`react-dom` and policy-diff", "react")).toBe(false);
  expect(names("`react-dom` and policy-diff", "diff")).toBe(false);
  expect(names("read by `remark-gfm`, made", "remark-gfm")).toBe(true);
});

it("names every dependency in a page of docs/decisions", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  const pages = globSync("docs/decisions/*.md", { cwd: root }).map(read).join("\n");
  // Types are chosen with the package that they describe.
  const chosen = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith("@types/"));
  expect(chosen.filter((name) => !names(pages, name))).toEqual([]);
});
