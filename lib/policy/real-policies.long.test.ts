import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { expectTrueChanges, nothingChanged, textOf } from "@/test/policy-changes";
import { diffPolicies } from "./diff";

// Real texts; they lie beside the checkout and are not ours to copy. Every folder is one policy, its versions by name.
const folder = fileURLToPath(new URL("../../../shared/data/policies/", import.meta.url));
const present = existsSync(folder);
if (!present) console.warn("skipped: ../shared/data/policies is not here, so real policies are not compared");

const policies = new Map<string, string[]>();
for (const file of present ? globSync(`${folder}**/*.md`).sort() : [])
  policies.set(dirname(file), [...(policies.get(dirname(file)) ?? []), file]);
const read = (file: string) => textOf(readFileSync(file, "utf8"));

describe.skipIf(!present)("real policies (skipped when ../shared/data is absent)", () => {
  it("are many", () => expect([...policies.values()].flat().length).toBeGreaterThan(40));

  for (const [name, files] of policies) {
    const texts = () => files.map(read);

    it(`${name.slice(folder.length)}: every pair of neighbours holds, every fifth the other way round too`, () => {
      const all = texts();
      for (const [index, after] of all.entries()) {
        const before = all[index - 1];
        if (!before) continue;
        expectTrueChanges(before, after);
        if (index % 5 === 0) expectTrueChanges(after, before);
      }
    }, 120_000);

    it(`${name.slice(folder.length)}: far pairs hold, each within a second`, () => {
      const all = texts();
      for (let index = 0; index < all.length; index += 9)
        for (const far of [all.at(-1 - index), all[Math.floor(all.length / 2)]]) {
          const before = all[index];
          if (!before || !far) continue;
          const start = performance.now();
          diffPolicies(before, far);
          expect(performance.now() - start).toBeLessThan(1000);
          expectTrueChanges(before, far);
        }
    }, 120_000);

    it(`${name.slice(folder.length)}: a version against itself, read anew, shows nothing`, () => {
      for (const file of files) expect(diffPolicies(read(file), read(file)).counts).toEqual(nothingChanged);
    }, 120_000);
  }
});
