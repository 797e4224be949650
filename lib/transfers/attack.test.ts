import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PUT } from "@/app/api/v1/transfers/[id]/parts/[n]/route";
import { testDatabase } from "@/test/database";
import { hexDigest, Stranger } from "@/test/stranger";
import { config } from "../../trust-center.config";
import { systemCtx } from "../context";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { discover, originOf } from "./discover";
import { expireIncoming } from "./expire-incoming";
import { chunkBytes } from "./protocol";
import { takeOffer } from "./take-offer";
import { tellState } from "./tell-state";

const database = testDatabase();
const system = systemCtx("test");
let storage = "";
const whole = randomBytes(chunkBytes + 1000);
const [first, second] = [whole.subarray(0, chunkBytes), whole.subarray(chunkBytes)];
let hosts = 0;
const stranger = () => new Stranger(`https://data-${++hosts}.stranger.example`);

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), "tc-attack-"));
  const PLATFORM_IMPORTER_DATABASE_URL = "postgres://nobody@127.0.0.1:1/none";
  Object.assign(process.env, { STORAGE_DIR: storage, PLATFORM_IMPORTER_DATABASE_URL });
  resetEnv();
});
afterEach(() => onFaultPoint());
afterAll(() => rm(storage, { recursive: true, force: true }));

async function offered(by = stranger()): Promise<{ by: Stranger; id: string }> {
  const { id, outcome } = await by.offer({ bytes: whole.length, sha256: hexDigest(whole) });
  expect(outcome.kind).toBe("taken");
  return { by, id };
}

const held = async (id: string): Promise<number> => {
  const [row] = await database.sql`
    select coalesce(sum(c.bytes), 0)::int as bytes from incoming_chunks c join incoming_transfers t on t.id = c.transfer_id where sender_id = ${id}`;
  return row?.bytes;
};

describe("S27: a sender's calls", () => {
  it("are signed by the key of whoever offered, and by no other, and not a second offer's under its id", async () => {
    const { by, id } = await offered();
    const other = generateKeyPairSync("ed25519").privateKey;
    expect(await by.put(id, first, by.piece(id, 0, first, whole, { by: other }))).toBe("forged");
    expect((await by.offer({ bytes: 10, sha256: hexDigest(whole) }, { by: other })).outcome.kind).toBe("forged");
    // Who owns the origin today has another key: the transfer stays who offered it.
    by.key = other;
    const again = await by.offer({ bytes: whole.length, sha256: hexDigest(whole) }, { id });
    expect(again.outcome.kind).toBe("contradicts");
    expect(await by.put(id, first, by.piece(id, 0, first, whole))).toBe("forged");
    expect(await held(id)).toBe(0);
  });

  it("count within five minutes of our clock, before and after", async () => {
    const { by, id } = await offered();
    const now = Date.now() / 1000;
    for (const at of [now - 310, now + 310]) {
      expect(await by.put(id, first, by.piece(id, 0, first, whole, { at }))).toBe("forged");
      expect((await by.offer({ bytes: 10, sha256: hexDigest(whole) }, { at })).outcome.kind).toBe("forged");
    }
    expect(await by.put(id, first, by.piece(id, 0, first, whole, { at: now - 280 }))).toBe("taken");
    expect(await by.put(id, second, by.piece(id, chunkBytes, second, whole, { at: now + 280 }))).toBe("taken");
  });

  it("count once; the same piece newly signed changes nothing, another in its place or of another digest is refused", async () => {
    const { by, id } = await offered();
    const headers = by.piece(id, 0, first, whole);
    expect(await by.put(id, first, headers)).toBe("taken");
    expect(await by.put(id, first, headers)).toBe("replayed");
    expect(await by.put(id, first, by.piece(id, 0, first, whole))).toBe("taken");
    const changed = Buffer.from(first);
    changed[7] = (changed[7] ?? 0) ^ 1;
    expect(await by.put(id, changed, by.piece(id, 0, changed, whole))).toBe("contradicts");
    // Signed for this place, sent to another one.
    expect(await by.put(id, first, by.piece(id, chunkBytes, first, whole))).toMatch(/forged|range/);
    expect(await by.put(id, first, by.piece(id, 0, first, whole), 2)).toBe("forged");
    const wrong = { ...by.piece(id, chunkBytes, second, whole), "content-digest": headers["content-digest"] ?? "" };
    expect(await by.put(id, second, wrong)).toBe("digest");
    const elsewhere = { ...by.piece(id, chunkBytes, second, Buffer.alloc(whole.length)) };
    expect(await by.put(id, second, elsewhere)).toBe("digest");
    expect(await held(id)).toBe(chunkBytes);
  });
});

describe("S5, R13: what a stranger sends takes up no more than there is", () => {
  it("a body of a gigabyte is refused after a piece's length, and a stranger's unread", async () => {
    const { id } = await offered();
    const put = async (transferId: string) => {
      let sent = 0;
      const body = new ReadableStream({
        pull(controller) {
          sent += 65_536;
          if (sent > 1_000_000_000) controller.close();
          else controller.enqueue(new Uint8Array(65_536));
        },
      });
      const request = new Request("http://x.example", { method: "PUT", body, duplex: "half" } as RequestInit);
      const reply = await PUT(request, { params: Promise.resolve({ id: transferId, n: "1" }) });
      return { status: reply.status, sent };
    };
    const known = await put(id);
    expect(known.status).toBe(413);
    expect(known.sent).toBeLessThan(chunkBytes + 1_000_000);
    const unknown = await put("0198c0de-0000-7000-8000-000000000000");
    expect(unknown.status).toBe(401);
    expect(unknown.sent).toBeLessThan(200_000);
  });

  it("a full disk is said, leaves nothing half-written, and the piece is taken once there is room", async () => {
    const { by, id } = await offered();
    onFaultPoint((name) => {
      if (name === "incoming.chunk") throw Object.assign(new Error("full"), { code: "ENOSPC" });
    });
    expect(await by.put(id, first, by.piece(id, 0, first, whole))).toBe("full");
    expect(await held(id)).toBe(0);
    const [row] = await database.sql`select id from incoming_transfers where sender_id = ${id}`;
    expect(await readdir(join(storage, `incoming-${row?.id}`))).toEqual([]);
    onFaultPoint();
    expect(await by.put(id, first, by.piece(id, 0, first, whole))).toBe("taken");
  });

  it("no sender takes all the room, and two offers at once do not both get the last of it", async () => {
    await database.sql`delete from incoming_transfers`;
    const sha256 = hexDigest(whole);
    const by = stranger();
    const kinds = (await Promise.all([15e9, 15e9].map((bytes) => by.offer({ bytes, sha256 })))).map(
      ({ outcome }) => outcome.kind,
    );
    expect(kinds.toSorted()).toEqual(["taken", "too-many"]);
    for (let nth = 0; nth < 4; nth++)
      expect((await stranger().offer({ bytes: 20e9, sha256 })).outcome.kind).toBe("taken");
    expect((await stranger().offer({ bytes: 20e9, sha256 })).outcome.kind).toBe("too-many");
    expect((await stranger().offer({ bytes: 21e9, sha256 })).outcome.kind).toBe("too-large");
    await database.sql`delete from incoming_transfers`;
  });

  it("an offer of which nothing comes holds its room for a day, and its sender is told", async () => {
    await database.sql`delete from incoming_transfers`;
    const [silent, sends] = [await offered(), await offered()];
    const { by, id } = sends;
    expect(await by.put(id, first, by.piece(id, 0, first, whole))).toBe("taken");
    const later = (hours: number) => database.sql`update incoming_transfers
      set offered_at = offered_at - ${hours} * interval '1 hour', expires_at = expires_at - ${hours} * interval '1 hour'`;
    const room = async () =>
      (await database.sql`select sender_id from incoming_transfers where removed_at is null`).map(
        (row) => row.sender_id,
      );
    const state = async (of: { by: Stranger; id: string }) => {
      const headers = of.by.signed(`state_${of.id}`, Buffer.alloc(0));
      const header = (name: string) => headers[name] ?? null;
      return (await tellState(system, { transferId: of.id, body: Buffer.alloc(0), header })).kind;
    };
    const { offerHours, keepDays } = config.transfers.receive;
    await later(offerHours - 1);
    await expireIncoming(system);
    expect((await room()).toSorted()).toEqual([silent.id, id].toSorted());
    await later(2);
    await expireIncoming(system);
    expect(await room()).toEqual([id]);
    expect([await state(silent), await state(sends)]).toEqual(["gone", "state"]);
    expect(await by.put(id, second, by.piece(id, chunkBytes, second, whole))).toBe("taken");
    await later(24 * keepDays - offerHours);
    await expireIncoming(system);
    expect(await room()).toEqual([]);
    expect(await state(sends)).toBe("gone");
  });

  it("what is taken back while a piece is written leaves nothing of it here", async () => {
    const { by, id } = await offered();
    onFaultPoint(async (name) => {
      if (name !== "incoming.chunk") return;
      onFaultPoint();
      await database.sql`update incoming_transfers set withdrawn_at = now() where sender_id = ${id}`;
    });
    expect(await by.put(id, first, by.piece(id, 0, first, whole))).toBe("gone");
    const [row] = await database.sql`select id from incoming_transfers where sender_id = ${id}`;
    expect(await readdir(storage)).not.toContain(`incoming-${row?.id}`);
  });

  it("R2: a copy of a piece that ends late removes nothing of a package that is whole by then and not put in yet", async () => {
    const late = ["completed_at", "verified_at", "accepted_at", "imported_at"];
    for (const [nth, reached] of late.entries()) {
      const { by, id } = await offered();
      onFaultPoint(async (name) => {
        if (name !== "incoming.chunk") return;
        onFaultPoint();
        expect(await by.put(id, first, by.piece(id, 0, first, whole))).toBe("taken");
        expect(await by.put(id, second, by.piece(id, chunkBytes, second, whole))).toBe("taken");
        const set = late.slice(0, nth + 1).map((column) => `${column} = now()`);
        await database.sql`update incoming_transfers set ${database.sql.unsafe(set.join(", "))} where sender_id = ${id}`;
      });
      expect([reached, await by.put(id, first, by.piece(id, 0, first, whole))]).toEqual([reached, "contradicts"]);
      const [row] = await database.sql`select id from incoming_transfers where sender_id = ${id}`;
      // Taken over, nothing of it may lie here: whoever ended it removes it, and so does what comes after.
      if (reached === "imported_at") expect(await readdir(storage)).not.toContain(`incoming-${row?.id}`);
      else
        expect((await readdir(join(storage, `incoming-${row?.id}`))).toSorted()).toEqual(["1.0.sealed", "1.1.sealed"]);
    }
  });
});

describe("S26: an address that a stranger or a person names", () => {
  // Every way to write an inside address that a URL parser or a resolver understands.
  const inside = [
    ...[
      "https://10.7",
      "https://0xA000007",
      "https://167772167",
      "https://012.0.0.7",
      "https://169.254.169.254",
      "https://0.0.0.0",
    ],
    ...["https://[::ffff:10.0.0.7]", "https://[::ffff:a00:7]", "https://[64:ff9b::a00:7]", "https://[2002:a00:7::]"],
    ...["https://[fe80::1]", "https://[fc00::1]", "https://[::]", "https://100.64.0.1", "https://[2001::1]"],
  ];

  it.each(inside)("is not asked: %s", async (text) => {
    const origin = originOf(text);
    if (origin !== null) expect(await discover(origin)).toEqual({ ok: false, reason: "provider-unreachable" });
    const from = new Stranger(origin ?? text);
    const body = Buffer.from(
      JSON.stringify({
        ...{
          type: "offer",
          protocol: "data-transfer/1",
          id: crypto.randomUUID(),
          origin: from.origin,
          scope: "company",
        },
        for: "robin@journey.example",
        package: {
          format: "datapackage-2",
          sha256: "a".repeat(64),
          bytes: 1,
          parts: [{ bytes: 1, sha256: "b".repeat(64) }],
        },
      }),
    );
    const headers = from.signed("offer_x", body);
    const call = { body, header: (name: string) => headers[name] ?? null, network: null };
    expect(["forged", "malformed"]).toContain((await takeOffer(systemCtx("test"), call)).kind);
  });
});
