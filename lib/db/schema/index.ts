// drizzle-orm and drizzle-kit need every table in one object: the one place where they meet.
export * from "./access";
export * from "./attainment";
export * from "./audit";
export * from "./business-transfers";
export * from "./cases";
export * from "./clients";
export * from "./disclosures";
export * from "./evidence";
export * from "./holds";
export * from "./notices";
export * from "./people";
export * from "./policy";
export * from "./providers";
export * from "./receipts";
export * from "./retention";
export * from "./suppressions";
