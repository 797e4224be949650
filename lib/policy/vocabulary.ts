import type { PromiseId } from "./promises";

/**
 * What a promise is in the W3C Data Privacy Vocabulary, version 2 (https://w3id.org/dpv) and its extension for
 * the GDPR; only terms that mean the same are given, so a promise without one is not forced into another's.
 */
export const dpvTerms: Partial<Record<PromiseId, string>> = {
  "use.service-delivery": "dpv:ServiceProvision",
  "use.account-management": "dpv:CustomerManagement",
  "use.communication": "dpv:CommunicationManagement",
  "use.improvement": "dpv:ServiceOptimisation",
  "use.security": "dpv:EnforceSecurity",
  "use.legal-compliance": "dpv:LegalCompliance",
  "share.providers": "dpv:DataProcessor",
  "security.encryption": "dpv:Encryption",
  "security.access": "dpv:AccessControlMethod",
  "retain.account": "dpv:StorageDuration",
  "retain.work-orders": "dpv:StorageDuration",
  "retain.usage": "dpv:StorageDuration",
  "retain.communication": "dpv:StorageDuration",
  "right.access": "eu-gdpr:A15",
  "right.correction": "eu-gdpr:A16",
  "right.deletion": "eu-gdpr:A17",
  "right.restriction": "eu-gdpr:A18",
  "right.portability": "eu-gdpr:A20",
  "right.objection": "eu-gdpr:A21",
};
