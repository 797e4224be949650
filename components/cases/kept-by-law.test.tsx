import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { Receipt } from "@/lib/erasure/receipt";
import { ErasureResult } from "./erasure-result";
import { ReceiptDocument } from "./receipt-document";

// An officer may conceal a hold: whoever it is about reads of what it kept that the law asks for it, and nothing else.

const counts = { deleted: 1, anonymised: 0, reduced: 0, emptied: 0, unlinked: 0, kept: 0, held: 2 };
const row = {
  ...counts,
  name: "notes",
  collection: "notes",
  label: "Notes",
  category: null,
  ground: null,
  until: null,
};
const at = "2026-06-01T12:00:00Z";
const receipt = {
  ...{ systems: [{ name: "x", label: "X", transaction: "7", finishedAt: at, collections: [row] }], providers: [] },
  backups: { keepDays: 35, agedOutBy: at },
} as unknown as Receipt;

it.each([
  [
    "what was deleted",
    <ErasureResult
      key="a"
      runs={[{ ...{ system: "X", finishedAt: at, failedAt: null, failure: null }, items: [row] }]}
    />,
  ],
  ["the receipt", <ReceiptDocument key="b" receipt={receipt} />],
])("%s does not tell a hold from whatever else the law keeps", (_what, page) => {
  const html = renderToStaticMarkup(page);
  expect(html).toContain("the law asks");
  expect(html).not.toMatch(/\bhold\b/i);
});
