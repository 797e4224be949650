// drizzle-orm and drizzle-kit need every table in one object: the one place where they meet.
export * from "./audit";
export * from "./cases";
export * from "./clients";
export * from "./evidence";
export * from "./holds";
export * from "./notices";
export * from "./people";
export * from "./policy";
export * from "./providers";
export * from "./receipts";
export * from "./retention";
export * from "./suppressions";
export * from "./transfers";
