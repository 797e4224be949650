export type PlatformPerson = {
  system: string;
  userId: string;
  companyId: string | null;
  companyName: string | null;
  owner: boolean;
  email: string;
  name: string | null;
  language: string;
  timeZone: string;
};

/** Whom the platform knows by this address, in any case of letters; null when nobody or not exactly one. */
export async function findPlatformPerson(_email: string): Promise<PlatformPerson | null> {
  throw new Error("not built yet");
}
