import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { otherBusiness } from "./other-business";

// What pages say of companies, their clients and packages from elsewhere holds only where the map has them.

beforeAll(() => {
  vi.resetModules();
  vi.doMock("@/lib/data-map/load", async (original) => ({
    ...(await original<typeof import("@/lib/data-map/load")>()),
    dataMap: () => otherBusiness,
    homeSystem: (map = otherBusiness) => map.systems[0],
  }));
});
afterAll(() => {
  vi.doUnmock("@/lib/data-map/load");
  vi.resetModules();
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
