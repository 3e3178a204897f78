/** A proxy through which a browser must go for everything: it writes down each request and lets only one host through. */

import { createServer, request as send } from 'node:http';

export class Recorder {
  /** @type {string[]} Every address that was asked for, in order; of an encrypted one, only its host. */
  asked = [];

  /** @param {string} allowed The origin that may be reached. */
  constructor(allowed) {
    this.server = createServer((request, response) => {
      const address = request.url ?? '';
      this.asked.push(address);
      if (!address.startsWith(allowed)) {
        response.writeHead(403).end();
        return;
      }
      const onward = send(address, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
    this.server.on('connect', (request, socket) => {
      this.asked.push(`https://${request.url}`);
      socket.on('error', () => {});
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
  }

  /** @returns {Promise<number>} The port on this machine. */
  listen() {
    return new Promise((resolve) => {
      this.server.listen(0, 'localhost', () => {
        const address = this.server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
