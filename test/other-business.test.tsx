import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { otherMap } from "./other-business";

// What pages say of companies, their clients and packages from elsewhere holds only where the map has them.

const installed = process.cwd();
let folder = "";

// Another installation's folder: the map is read from where the process runs, and kept by the module.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tc-other-business-"));
  await mkdir(join(folder, "data-map"));
  await writeFile(join(folder, "data-map", "school.yml"), otherMap);
  process.chdir(folder);
  vi.resetModules();
});
afterAll(async () => {
  process.chdir(installed);
  vi.resetModules();
  await rm(folder, { recursive: true });
});

const words = (page: ReactNode) => renderToStaticMarkup(page).replace(/<[^>]*>/g, " ");

it("promises no passing on to companies on a platform whose map knows no clients", async () => {
  const { default: Contact } = await import("@/app/(public)/contact/page");
  const page = words(await Contact({ searchParams: Promise.resolve({}) }));
  expect(page).toContain("Ask a question");
  expect(page).not.toMatch(/customer|clients/);
});

it("names what is never handed over in words, and promises no company's copy where there is none", async () => {
  const { default: Portability } = await import("@/app/(public)/privacy/portability/page");
  const page = words(Portability());
  expect(page).toContain("Account: Password digest");
  expect(page).not.toMatch(/password_digest|company/i);
});
