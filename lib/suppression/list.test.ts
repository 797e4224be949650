import { readFile, rm, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { emptyList, forgetErasures } from "@/test/suppressions";
import { systemCtx } from "../context";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { newReference } from "../ids";
import { listFile, readList, SuppressionError } from "./list";
import { mendList } from "./mend";
import { digester, type Suppressed } from "./record";
import { listState } from "./state";
import { type ErasedSubject, suppress } from "./suppress";

const database = testDatabase();
const ctx = systemCtx("test");

const somebody = (over: Partial<ErasedSubject> = {}): ErasedSubject => ({
  ...{ reference: newReference(), scope: "person", system: "operno", person: crypto.randomUUID(), company: null },
  ...{ members: null, marks: ["Robin@Canary.example"], identities: new Map([["email", ["robin@canary.example"]]]) },
  ...over,
});

async function records(): Promise<Suppressed[]> {
  const found: Suppressed[] = [];
  for await (const record of readList()) found.push(record);
  return found;
}
const text = () => readFile(listFile(), "utf8");

beforeEach(() => emptyList(database.sql));
afterEach(() => {
  onFaultPoint();
});

describe("the list of erasures", () => {
  it("S31: holds hashes alone, each chained to the one before", async () => {
    for (let i = 0; i < 3; i++) await suppress(ctx, somebody());
    const found = await records();
    expect(found.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(found[1]?.before).toBe(found[0]?.mac);
    expect((await text()).toLowerCase()).not.toContain("canary");
    expect(await listState()).toBe("in-step");
    const hashes = found.map(({ identities }) => identities[0]?.hash);
    expect(new Set(hashes)).toEqual(new Set([digester(1)("identity", "email", "ROBIN@canary.example")]));
  });

  it("takes a case once, however often, and again when more is known", async () => {
    const robin = somebody();
    await suppress(ctx, robin);
    await suppress(ctx, robin);
    expect(await records()).toHaveLength(1);
    await suppress(ctx, { ...robin, identities: new Map([["email", ["second@canary.example"]]]) });
    expect(await records()).toHaveLength(2);
  });

  it("a company's line is as long as it has addresses", async () => {
    const addresses = Array.from({ length: 3000 }, (_, at) => `u${at}@canary.example`);
    await suppress(ctx, somebody());
    await suppress(ctx, somebody({ scope: "company", company: "7", identities: new Map([["email", addresses]]) }));
    expect(await listState()).toBe("in-step");
    await suppress(ctx, somebody());
    expect((await records()).map(({ identities }) => identities.length)).toEqual([1, 3000, 1]);
    expect(await listState()).toBe("in-step");
  });

  it("a case's newest line says who is in the company: whoever left before anything lasted is not in it", async () => {
    const firm = somebody({ scope: "company", company: "7", members: ["1", "2", "3"] });
    await suppress(ctx, firm);
    await suppress(ctx, { ...firm, members: ["3", "2", "1"] });
    expect(await records()).toHaveLength(1);
    await suppress(ctx, { ...firm, members: ["1", "2"] });
    await suppress(ctx, { ...firm, members: ["2", "1"] });
    const hashed = (some: string[]) => some.map((one) => digester(1)("person", "operno", one)).toSorted();
    expect((await records()).map(({ members }) => members)).toEqual([hashed(["1", "2", "3"]), hashed(["1", "2"])]);
  });

  it("many at once stand one after the other", async () => {
    await Promise.all(Array.from({ length: 12 }, () => suppress(ctx, somebody())));
    expect((await records()).map(({ n }) => n)).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
    expect(await listState()).toBe("in-step");
  });

  it.each(["suppression.noted", "suppression.written"])(
    "H1: dead at %s, nothing is lost and nothing twice",
    async (point) => {
      await suppress(ctx, somebody());
      const robin = somebody();
      onFaultPoint((name) => {
        if (name === point) throw new Error("died");
      });
      await expect(suppress(ctx, robin)).rejects.toThrow("died");
      onFaultPoint();
      expect(await listState()).toBe("in-step");
      await suppress(ctx, robin);
      await suppress(ctx, somebody());
      const found = await records();
      expect(found.map(({ reference }) => reference).filter((one) => one === robin.reference)).toHaveLength(1);
      expect(found).toHaveLength(3);
      expect(await listState()).toBe("in-step");
    },
  );

  it("R13: a line that was cut off in writing counts for nothing, and is written over", async () => {
    await suppress(ctx, somebody());
    const whole = await text();
    await writeFile(listFile(), `${whole}{"at":"2026`);
    expect(await records()).toHaveLength(1);
    expect(await listState()).toBe("in-step");
    await suppress(ctx, somebody());
    expect(await records()).toHaveLength(2);
  });

  it("names the first line that was altered, left out, moved or put in", async () => {
    for (let i = 0; i < 4; i++) await suppress(ctx, somebody());
    const whole = await text();
    const lines = whole.trimEnd().split("\n");
    const wrong = async (changed: string[]) => {
      await writeFile(listFile(), `${changed.join("\n")}\n`);
      return records().then(
        () => "sound",
        (error: Error) => `${error.name}: ${error.message}`,
      );
    };
    const [a = "", b = "", c = "", d = ""] = lines;
    expect(await wrong([a, c, d])).toMatch(/^SuppressionError: .*line 2 /);
    expect(await wrong([a, c, b, d])).toMatch(/line 2 /);
    expect(await wrong([a, a, b, c, d])).toMatch(/line 2 /);
    expect(await wrong([b, c, d])).toMatch(/line 1 /);
    await writeFile(listFile(), whole);
    const bytes = Buffer.from(whole);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 2), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ (1 << bit);
        await writeFile(listFile(), other);
        await expect(records()).rejects.toThrow(SuppressionError);
      }),
      { numRuns: 200 },
    );
  });

  it("left out at the end is told by the database, which puts it back", async () => {
    for (let i = 0; i < 3; i++) await suppress(ctx, somebody());
    const whole = await text();
    await writeFile(listFile(), `${whole.trimEnd().split("\n").slice(0, 1).join("\n")}\n`);
    expect(await listState()).toBe("lost");
    await expect(suppress(ctx, somebody())).rejects.toThrow(/^Nothing is erased now: the list of erasures lost lines/);
    expect(await mendList(ctx)).toBe(2);
    expect(await text()).toBe(whole);
    await rm(listFile());
    expect(await listState()).toBe("lost");
    expect(await mendList(ctx)).toBe(3);
    expect(await text()).toBe(whole);
    expect(await mendList(ctx)).toBe(0);
  });

  it("is put back once by replicas that start at the same moment", async () => {
    for (let i = 0; i < 5; i++) await suppress(ctx, somebody());
    const whole = await text();
    for (let round = 0; round < 5; round++) {
      await rm(listFile());
      const mended = await Promise.all(Array.from({ length: 4 }, () => mendList(ctx)));
      expect(mended.toSorted()).toEqual([0, 0, 0, 5]);
      expect(await text()).toBe(whole);
    }
  });

  it("an altered last line stops erasures and is no reason to serve nobody", async () => {
    await suppress(ctx, somebody());
    await writeFile(listFile(), (await text()).replace(/"n":1/, '"n":2'));
    expect(await listState()).toBe("altered");
    await expect(suppress(ctx, somebody())).rejects.toThrow(SuppressionError);
  });

  it("R9: a database that was brought back to before is told", async () => {
    await suppress(ctx, somebody());
    const [row] = await database.sql`select id from suppressions`;
    await suppress(ctx, somebody());
    await forgetErasures(database.sql, [String(row?.id)]);
    expect(await listState()).toBe("behind");
    await expect(suppress(ctx, somebody())).rejects.toThrow(/npm run erasure:replay/);
    expect(await records()).toHaveLength(2);
  });

  it("the database does not take a written line back", async () => {
    await suppress(ctx, somebody());
    await expect(database.sql`update suppressions set line = 'x'`).rejects.toThrow(/append-only/);
    await expect(database.sql`delete from suppressions`).rejects.toThrow(/append-only/);
    await expect(database.sql`truncate suppressions`).rejects.toThrow(/append-only/);
  });

  it("S32: lines of an older master key stay readable beside the newer one", async () => {
    await suppress(ctx, somebody());
    const before = process.env.MASTER_KEYS ?? "";
    process.env.MASTER_KEYS = `${before},2:${Buffer.alloc(32, 9).toString("base64")}`;
    resetEnv();
    try {
      await suppress(ctx, somebody());
      expect((await records()).map(({ key }) => key)).toEqual([1, 2]);
    } finally {
      process.env.MASTER_KEYS = before;
      resetEnv();
    }
    await expect(records()).rejects.toThrow(/master key is not configured any more/);
  });
});
