import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest();
const flags = { userPresent: 0x01, userVerified: 0x04, attestedData: 0x40 };

type Overrides = { origin?: string; rpId?: string; verified?: boolean; counter?: number; challenge?: string };

/** A passkey in software (WebAuthn level 3, ES256, attestation "none"), with every lie a test may want. */
export class Authenticator {
  readonly id = randomBytes(32);
  private readonly key: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
  });
  private counter = 0;
  private readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Answers `navigator.credentials.create`. */
  create(options: { challenge: string }, lie: Overrides = {}) {
    const clientDataJSON = this.clientData("webauthn.create", lie.challenge ?? options.challenge, lie);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.coseKey()]);
    const authData = Buffer.concat([this.authenticatorData(flags.attestedData, lie), attested]);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(authData.length);
    const attestationObject = Buffer.concat([
      Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746159", "hex"),
      size,
      authData,
    ]);
    return this.credential({
      clientDataJSON: clientDataJSON.toString("base64url"),
      attestationObject: attestationObject.toString("base64url"),
      transports: ["internal"],
    });
  }

  /** Answers `navigator.credentials.get`. */
  get(options: { challenge: string }, lie: Overrides = {}) {
    const clientDataJSON = this.clientData("webauthn.get", lie.challenge ?? options.challenge, lie);
    const authData = this.authenticatorData(0, lie);
    const signature = createSign("sha256")
      .update(Buffer.concat([authData, sha256(clientDataJSON)]))
      .sign(this.key.privateKey);
    return this.credential({
      clientDataJSON: clientDataJSON.toString("base64url"),
      authenticatorData: authData.toString("base64url"),
      signature: signature.toString("base64url"),
    });
  }

  private credential(response: Record<string, unknown>) {
    const id = this.id.toString("base64url");
    return { id, rawId: id, type: "public-key" as const, response, clientExtensionResults: {} };
  }

  private clientData(type: string, challenge: string, lie: Overrides): Buffer {
    const origin = lie.origin ?? this.origin;
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  private authenticatorData(extra: number, lie: Overrides): Buffer {
    this.counter = lie.counter ?? this.counter + 1;
    const rpIdHash = sha256(lie.rpId ?? new URL(this.origin).hostname);
    const tail = Buffer.alloc(5);
    tail.writeUInt8(flags.userPresent | (lie.verified === false ? 0 : flags.userVerified) | extra, 0);
    tail.writeUInt32BE(this.counter, 1);
    return Buffer.concat([rpIdHash, tail]);
  }

  /** COSE_Key of RFC 9053: { kty: EC2, alg: ES256, crv: P-256, x, y } in CBOR. */
  private coseKey(): Buffer {
    const { x = "", y = "" } = this.key.publicKey.export({ format: "jwk" });
    return Buffer.concat([
      Buffer.from("a5010203262001215820", "hex"),
      Buffer.from(x, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y, "base64url"),
    ]);
  }
}
