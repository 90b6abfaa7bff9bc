import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server and what a client thinks of it. */
export interface Meeting {
  /** PEM: the server's chain and its key. */
  readonly chain: string;
  /** PEM: what the client trusts, with CRLs. */
  readonly trusted: string;
  readonly serverHostname: string;
  readonly verifyFlags: number;
}

const program = `
import json, ssl, sys
def verdict(meeting):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(meeting['trusted'])
    context.verify_flags |= meeting['verifyFlags']
    for_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for_server.load_cert_chain(meeting['chain'])
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(back, there, server_hostname=meeting['serverHostname'])
    server = for_server.wrap_bio(there, back, server_side=True)
    for side in (client, server, client):
        try: side.do_handshake()
        except ssl.SSLWantReadError: pass
        except ssl.SSLCertVerificationError as error: return f'{error.verify_code} {error.verify_message}'
    return 'good'
print(json.dumps([verdict(meeting) for meeting in json.load(sys.stdin)]))
`;

/** What Python's ssl says of each server: `good`, or its code and message. Undefined where there is no Python. */
export function pythonVerdicts(meetings: readonly Meeting[]): readonly string[] | undefined {
  if (spawnSync('python3', ['-c', 'import ssl']).status !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-python-'));
  try {
    const input = meetings.map((meeting, index) => {
      const [chain, trusted] = [join(directory, `${index}.chain.pem`), join(directory, `${index}.ca.pem`)];
      writeFileSync(chain, meeting.chain);
      writeFileSync(trusted, meeting.trusted);
      return { ...meeting, chain, trusted };
    });
    const { status, stdout, stderr } = spawnSync('python3', ['-W', 'ignore', '-c', program], {
      input: JSON.stringify(input),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
