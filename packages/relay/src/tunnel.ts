import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { createMeter, type Limits } from './meter.ts';
import { closeCode, closeWith, endSoon, highWaterMark, octetsOf } from './webSocketSide.ts';

/**
 * Octets between a WebSocket and a TCP connection, until either ends. Neither side can make the relay keep more than a fixed
 * number of octets: what is full pauses what fills it.
 *
 * A WebSocket has no half-close. When the target ends, all that it sent is delivered and the WebSocket closed with 1000; when
 * the WebSocket is closed, all that it sent is delivered and the connection ended.
 * @param waiting messages that came before the connection stood
 * @returns octets that went through, when it is over
 */
export function tunnel(
  webSocket: WebSocket,
  target: Socket,
  limits: Limits,
  waiting: readonly Buffer[],
): Promise<number> {
  return new Promise((resolve) => {
    const meter = createMeter(limits, (limit) => {
      closeWith(
        webSocket,
        closeCode.policyViolation,
        limit === 'idle' ? 'idle for too long' : 'too many octets',
      );
      target.destroy();
    });

    const give = (octets: Buffer): void => {
      meter.count(octets.length);
      // Someone who writes to a target that has gone is told by the close.
      if (!target.destroyed && !target.write(octets)) webSocket.pause();
    };
    for (const octets of waiting) give(octets);
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) give(octetsOf(data));
      else closeWith(webSocket, closeCode.unsupportedData, 'binary messages only');
    });
    webSocket.on('close', (code) => {
      meter.stop();
      if (code === closeCode.normal || code === noStatus) endSoon(target);
      else target.destroy();
      resolve(meter.octets);
    });
    webSocket.on('error', () => target.destroy());

    target.on('drain', () => webSocket.resume());
    target.on('data', (octets) => {
      meter.count(octets.length);
      if (webSocket.readyState !== webSocket.OPEN) return;
      webSocket.send(octets, () => {
        if (webSocket.bufferedAmount <= highWaterMark) target.resume();
      });
      if (webSocket.bufferedAmount > highWaterMark) target.pause();
    });
    target.on('end', () => {
      webSocket.resume();
      closeWith(webSocket, closeCode.normal, '');
    });
    target.on('error', (error) => {
      webSocket.resume();
      closeWith(webSocket, closeCode.badGateway, error.message);
    });
    target.resume();
  });
}

/** A close frame without a code, as `ws` tells of it. */
const noStatus = 1005;
