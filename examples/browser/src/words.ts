import type { ObservedMessage } from '@halfclose/tls';
import type { Annotation } from '@halfclose/tls/annotate';

/** What a message is for, as one might say it to the other side. */
const purposes: Readonly<Record<string, string>> = {
  ClientHello: 'this is what I speak, and my half of a key',
  ServerHello: 'we speak this, and here is my half',
  HelloRetryRequest: 'almost: try again with another group',
  EncryptedExtensions: 'some details, which are nobody else’s business',
  CertificateRequest: 'and who are you?',
  Certificate: 'this is who I am',
  CompressedCertificate: 'this is who I am, compressed',
  CertificateStatus: 'and my authority still says so',
  CertificateVerify: 'and I have the key to prove it',
  ServerKeyExchange: 'my half of a key, signed',
  ServerHelloDone: 'your turn',
  ClientKeyExchange: 'and my half',
  Finished: 'we both saw the same handshake',
  NewSessionTicket: 'show me this when you come back',
  EndOfEarlyData: 'that was the early data',
  KeyUpdate: 'new keys from here on',
};

/** The line beside a message's name. */
export function gist(
  { contentType, version, protection }: ObservedMessage,
  { name, value }: Annotation,
): string {
  if (protection === 'ech') return 'the real hello, hidden in the one above';
  if (contentType === 'handshake') return purposes[name] ?? '';
  if (contentType === 'application_data') return excerpt(value ?? '');
  if (contentType === 'alert') return alertGist(value ?? '');
  return version === 'TLSv1.2' ? 'encrypted from here on' : 'a relic that means nothing, for old middleboxes';
}

function alertGist(description: string): string {
  return description.startsWith('close_notify') ? 'I have nothing more to say' : 'this can’t go on';
}

const excerptLength = 56;

function excerpt(value: string): string {
  return value.length > excerptLength ? `${value.slice(0, excerptLength)}…` : value;
}

/** Alerts go by what they say. */
export function title({ contentType }: ObservedMessage, { name, value }: Annotation): string {
  if (contentType === 'alert') return (value ?? name).replace(/ \(\d+\)$/, '');
  return contentType === 'application_data' ? 'application data' : name;
}

export const protections: Readonly<Record<ObservedMessage['protection'], string>> = {
  none: 'in clear',
  early: 'early keys',
  handshake: 'handshake keys',
  application: 'application keys',
  ech: 'hidden',
};
