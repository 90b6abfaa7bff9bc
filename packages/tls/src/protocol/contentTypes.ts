/** ContentType of a record, RFC 8446 section 5.1. */
export const contentTypes = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
} as const;
