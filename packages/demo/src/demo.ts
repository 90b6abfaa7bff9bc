import { createHash, randomBytes } from 'node:crypto';
import { CERT_REQUIRED, SHUT_RDWR, SHUT_WR, Socket, SSLContext, type SSLSocket } from 'halfclose';
import { type Paper, type Status, type Surroundings, showFacts, writeTo } from 'halfclose/cli';
import { type DigestServer, startDigestServer } from './digestServer.ts';

const uploadLength = 8 << 20;
const chunkLength = 64 << 10;

/** What a Python program would do with `ssl`, against a server of our own, and then what it could not. */
export async function runDemo({ stdout, env }: Surroundings): Promise<Status> {
  const paper = writeTo(stdout, env);
  const server = await startDigestServer();
  try {
    paper.heading(`What a Python program does with ssl, against node:tls on 127.0.0.1:${server.port}`);
    const socket = await connect(server, paper);
    await showFacts(socket, paper);

    paper.heading("What Python can't: end what we send, and go on reading");
    const isSame = await uploadAndCompare(socket, paper);
    paper.call('await socket.shutdown(SHUT_RDWR)');
    await socket.shutdown(SHUT_RDWR);
    paper.call('await socket.close()');
    await socket.close();
    stdout.write('\n');
    return isSame ? 0 : 1;
  } finally {
    await server.close();
  }
}

async function connect({ port, cafile }: DigestServer, paper: Paper): Promise<SSLSocket> {
  paper.call('const context = new SSLContext()');
  const context = new SSLContext();
  paper.call('context.verifyMode = CERT_REQUIRED');
  context.verifyMode = CERT_REQUIRED;
  paper.call("await context.loadVerifyLocations({ cafile: 'ca.pem', capath: null, cadata: null })");
  await context.loadVerifyLocations({ cafile, capath: null, cadata: null });

  paper.call('const original = new Socket()');
  const original = new Socket();
  paper.call("const socket = context.wrapSocket(original, { serverHostname: 'localhost' })");
  const socket = context.wrapSocket(original, { serverHostname: 'localhost' });
  paper.call('await original.shutdown(SHUT_RDWR)');
  paper.failure(await errorOf(original.shutdown(SHUT_RDWR)));
  paper.call('await original.close()', 'harmless: the original was detached');
  await original.close();

  paper.call(`await socket.connect(['127.0.0.1', ${port}])`);
  await socket.connect(['127.0.0.1', port]);
  return socket;
}

async function errorOf(call: Promise<void>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return String(error);
  }
  throw new Error('the original socket can still be shut down after it was wrapped');
}

async function uploadAndCompare(socket: SSLSocket, paper: Paper): Promise<boolean> {
  const upload = randomBytes(uploadLength);
  paper.call('await socket.sendall(upload)');
  const start = performance.now();
  for (let sent = 0; sent < upload.length; sent += chunkLength) {
    await socket.sendall(upload.subarray(sent, sent + chunkLength));
    paper.progress(sent + chunkLength, upload.length, (performance.now() - start) / 1000);
  }
  paper.call('await socket.shutdown(SHUT_WR)', 'close_notify is out; the server sees the end');
  await socket.shutdown(SHUT_WR);
  paper.call('await socket.recv(1024)', 'the server answers after that');
  const theirs = await readText(socket);
  const ours = createHash('sha256').update(upload).digest('hex');
  paper.fact('SHA-256 there', theirs);
  paper.fact('SHA-256 here', ours);
  const isSame = theirs === ours;
  if (isSame) paper.fact('All arrived', 'yes');
  else paper.failure('All arrived: no, the digests differ');
  return isSame;
}

async function readText(socket: SSLSocket): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (let octets = await socket.recv(1024); octets.length > 0; octets = await socket.recv(1024)) {
    text += decoder.decode(octets, { stream: true });
  }
  return text;
}
